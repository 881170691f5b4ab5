import { describe, expect, it } from "vitest";
import { patiently } from "../../activities/patiently.ts";
import { HeadgateError } from "../../core/errors.ts";

const away = new HeadgateError("E_STORE", "the store does not answer");
const { signal: never } = new AbortController();

function log() {
  const said: string[] = [];
  return { said, warn: (text: string) => void said.push(text), info: (text: string) => void said.push(text) };
}

describe("what a task wants of the store", () => {
  it("is waited for until the store is back, and the log says so once", async () => {
    let tries = 0;
    const { said, ...own } = log();
    const call = async (): Promise<string> => {
      tries += 1;
      if (tries < 3) throw away;
      return "done";
    };
    expect(await patiently(call, never, own)).toBe("done");
    expect(said).toEqual([expect.stringContaining("waits for the store"), "the store answers again"]);
  });

  it("is given up with the task's own time or cancellation", async () => {
    const stop = new AbortController();
    const why = new HeadgateError("E_TASK_TIMEOUT", "it did not finish within 1000 ms");
    const call = patiently(() => Promise.reject(away), stop.signal, log());
    stop.abort(why);
    await expect(call).rejects.toBe(why);
  });

  it("is not asked for again if the store says no", async () => {
    let tries = 0;
    const gone = new HeadgateError("E_KEPT_GONE", "gone");
    const call = (): Promise<never> => {
      tries += 1;
      return Promise.reject(gone);
    };
    await expect(patiently(call, never, log())).rejects.toBe(gone);
    expect(tries).toBe(1);
  });
});
