import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "./headgate.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const DAGS = `
import { dag } from "headgate";
export const reviewed = dag("reviewed", {}, (d) => {
  const list = d.task("list", { run: () => [1, 2, 3, 4] });
  const each = d.map("each", {
    over: list,
    whenFailed: "keep",
    run: (n) => {
      if (n === 3) throw new Error("three is broken");
      return n;
    },
  });
  const review = d.approve("review", { after: [each] });
  d.task("release", { needs: { review }, run: ({ review }, ctx) => ctx.log.info("released", review) });
});
`;

/** A run with a map and an approval, seen and answered from the command line. */
describe("a run that asks a person", () => {
  let place: Workplace;
  const call = (...args: string[]): Promise<Ended> => place.call(...args);
  const shown = (run: string, isThere: (text: string) => boolean): Promise<Ended> =>
    place.until(["runs", "show", run], (ended) => ended.code === 0 && isThere(ended.stdout));

  async function start(): Promise<string> {
    const { code, stdout } = await call("dags", "run", "reviewed", "-o", "json");
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { readonly run: string }).run;
  }

  beforeAll(async () => {
    place = await openWorkplace({ "dags/reviewed.ts": DAGS });
    await place.startWorker();
    expect(await call("deploy")).toMatchObject({ code: 0 });
  });

  afterAll(() => place?.[Symbol.asyncDispose]());

  it("shows what became of the items, and what it waits for", async () => {
    const run = await start();
    const { stdout } = await shown(run, (text) => /review +waiting/.test(text));
    expect(stdout).toMatch(/^ *each +succeeded +4 .* 4 items, 1 failed$/m);
    expect(stdout).toMatch(new RegExp(`^ *review +waiting .*waits for a person: headgate runs approve ${run} review$`, "m"));
    expect(stdout).toContain("Error of each[2]");
    expect(stdout).toContain("three is broken");
    expect(stdout).not.toContain("each[0]");

    const approved = await call("runs", "approve", run, "review", "--reason", "three is known");
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining(`approved review of ${run}`) });
    expect((await shown(run, (text) => /release +succeeded/.test(text))).stdout).toMatch(/review +succeeded/);
  });

  it("fails when the answer is no, and takes no second answer", async () => {
    const run = await start();
    await shown(run, (text) => /review +waiting/.test(text));
    expect(await call("runs", "approve", run, "review", "--reject", "--reason", "counts are off")).toMatchObject({ code: 0 });
    expect((await shown(run, (text) => /status +failed/.test(text))).stdout).toMatch(/review +failed .*rejected by .*: counts are off/);
    const again = await call("runs", "approve", run, "review");
    expect(again.code).not.toBe(0);
    expect(again.stderr).toMatch(/error E_(APPROVAL|RUN_UNKNOWN)/);
  });

  it("refuses an answer that nothing waits for", async () => {
    const run = await start();
    await shown(run, (text) => /review +waiting/.test(text));
    expect(await call("runs", "approve", run, "release")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('task "release" does not wait for an answer; those that do are "review"'),
    });
    await call("runs", "cancel", run);
  });
});
