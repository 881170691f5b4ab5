import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createOutputCapture, type OutputCapture } from "../../activities/captured-output.ts";

/** Streams that remember what came through. */
function streams() {
  const said: string[] = [];
  const write = (chunk: unknown): boolean => said.push(String(chunk)) > 0;
  return { said, stdout: { write }, stderr: { write } };
}

describe("what a handler writes", () => {
  let capture: OutputCapture | undefined;
  afterEach(() => capture?.close());

  async function heard(body: (out: ReturnType<typeof streams>) => Promise<void>): Promise<{ readonly lines: string[]; readonly said: string[] }> {
    const out = streams();
    capture = createOutputCapture(out as never);
    const lines: string[] = [];
    await capture.during(
      (stream, line) => lines.push(`${stream} ${line}`),
      () => body(out),
    );
    return { lines, said: out.said };
  }

  it("is heard line by line, however it comes, and still goes where it went", async () => {
    const { lines, said } = await heard(async ({ stdout, stderr }) => {
      stdout.write("one\ntw");
      stderr.write("oh no\r\n");
      await sleep(1);
      stdout.write("o\nrest");
    });
    expect(lines).toEqual(["stdout one", "stderr oh no", "stdout two", "stdout rest"]);
    expect(said.join("")).toBe("one\ntwoh no\r\no\nrest");
  });

  it("does not tear letters of several bytes", async () => {
    const bytes = Buffer.from("größe\n");
    const { lines } = await heard(async ({ stdout }) => {
      stdout.write(bytes.subarray(0, 3));
      stdout.write(bytes.subarray(3));
    });
    expect(lines).toEqual(["stdout größe"]);
  });

  it("is told apart from what another handler writes at the same time", async () => {
    const out = streams();
    const tapped = createOutputCapture(out as never);
    capture = tapped;
    const lines: string[] = [];
    const handler = (name: string) =>
      tapped.during(
        (_, line) => lines.push(`${name} heard ${line}`),
        async () => {
          for (const no of [1, 2]) {
            await sleep(1);
            out.stdout.write(`${name}${no}\n`);
          }
        },
      );
    await Promise.all([handler("a"), handler("b")]);
    expect(lines.sort()).toEqual(["a heard a1", "a heard a2", "b heard b1", "b heard b2"]);
  });

  it("ends somewhere: a loop that prints does not fill the store", async () => {
    const { lines } = await heard(async ({ stdout }) => {
      for (let no = 0; no < 30_000; no += 1) stdout.write("again\n");
    });
    expect(lines).toHaveLength(20_001);
    expect(lines.at(-1)).toContain("more than 20000 lines");
  });

  it("is not heard twice if the one who hears it writes, too", async () => {
    const out = streams();
    const tapped = createOutputCapture(out as never);
    capture = tapped;
    let times = 0;
    await tapped.during(
      (_, line) => {
        times += 1;
        out.stdout.write(`heard ${line}\n`);
      },
      async () => void out.stdout.write("x\n"),
    );
    expect(times).toBe(1);
  });
});
