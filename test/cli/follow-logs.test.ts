import { describe, expect, it } from "vitest";
import { followLogs } from "../../cli/follow-logs.ts";
import { logsText } from "../../cli/logs-text.ts";
import { createPaint } from "../../cli/text/paint.ts";
import type { LogLine } from "../../core/tasks/records.ts";

function line(task: string, no: number, at: number): LogLine {
  return { run: "a/1", temporalRunId: "t", task, attempt: 1, at, line: no, level: "info", text: `${task} ${no}`, fields: {} };
}

/** A store whose lines come at these looks, and a run that ends after the last of them. */
async function follow(looks: readonly (readonly LogLine[])[]): Promise<{ readonly said: string[]; readonly waits: number }> {
  const stored: LogLine[] = [];
  let look = 0;
  let waits = 0;
  const said: string[] = [];
  const following = followLogs({
    read: async (since = 0) => {
      stored.push(...(looks[look++] ?? []));
      return stored.filter(({ at }) => at >= since);
    },
    hasEnded: async () => look >= looks.length - 1,
    wait: async () => {
      waits += 1;
    },
  });
  for await (const lines of following) said.push(...lines.map(({ text }) => text));
  return { said, waits };
}

describe("logs that are followed", () => {
  it("are said once each, in the order in which they come, until the run has ended", async () => {
    const { said } = await follow([[line("a", 1, 1_000)], [], [line("a", 2, 2_000), line("b", 1, 1_500)]]);
    expect(said).toEqual(["a 1", "a 2", "b 1"]);
  });

  it("have those that another worker wrote earlier and stored later", async () => {
    const { said } = await follow([[line("a", 1, 20_000)], [line("b", 1, 10_500)]]);
    expect(said).toEqual(["a 1", "b 1"]);
  });

  it("are looked for after the end, since the last ones come with a batch", async () => {
    const { said, waits } = await follow([[line("a", 1, 1)], [], [], [line("a", 2, 2)]]);
    expect(said).toEqual(["a 1", "a 2"]);
    expect(waits).toBeLessThan(10);
  });
});

it("a log line says when, who, how bad and what", () => {
  const paint = createPaint("never", process.stdout);
  const shown = logsText([{ ...line("load", 1, 1_500), level: "warn", text: "slow", fields: { rows: 3, file: "a.csv" } }], { paint });
  expect(shown).toBe("00:00:01.500 load#1 warn  slow rows=3 file=a.csv");
});
