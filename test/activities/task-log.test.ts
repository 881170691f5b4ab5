import { describe, expect, it } from "vitest";
import { noRecorder } from "../../activities/recorder.ts";
import { createTaskLog } from "../../activities/task-log.ts";
import type { LogLine } from "../../core/tasks/records.ts";

const ABOUT = { run: "orders/1", temporalRunId: "t", task: "load", attempt: 2 };

function write(write: (log: ReturnType<typeof createTaskLog>["log"]) => void): { lines: LogLine[]; logged: [string, string, object | undefined][] } {
  const lines: LogLine[] = [];
  const logged: [string, string, object | undefined][] = [];
  const level = (name: string) => (text: string, fields?: object) => void logged.push([name, text, fields]);
  write(
    createTaskLog(
      { ...ABOUT, dag: "orders" },
      { ...noRecorder, log: (line) => void lines.push(line) },
      { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") },
    ).log,
  );
  return { lines, logged };
}

describe("ctx.log", () => {
  it("gives each line its number and tells recorder and worker", () => {
    const { lines, logged } = write((log) => {
      log.info("one", { n: 1 });
      log.error("two");
    });
    expect(lines).toMatchObject([
      { ...ABOUT, line: 1, level: "info", text: "one", fields: { n: 1 } },
      { ...ABOUT, line: 2, level: "error", text: "two", fields: {} },
    ]);
    expect(logged).toEqual([
      ["info", "one", { n: 1, dag: "orders", ...ABOUT }],
      ["error", "two", { dag: "orders", ...ABOUT }],
    ]);
  });

  it("never throws, whatever its fields are", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const { lines } = write((log) => {
      log.warn("odd", { big: 1n, error: new TypeError("bad") });
      log.warn("circle", circle);
      log.warn("long", { text: "x" });
    });
    expect(lines[0]?.fields).toMatchObject({ big: "1", error: { name: "TypeError", message: "bad" } });
    expect(lines[1]?.fields).toMatchObject({ unreadable: expect.stringContaining("circular") });
  });
});
