import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Connector } from "headgate";

/** One effect of a task: that it had this event, in this attempt. */
export interface FaultLine {
  readonly run: string;
  readonly event: string;
  readonly attempt: number;
  readonly pid: number;
}

/** An append-only file that is synced before the task goes on: what it says has happened. */
export interface FaultLog {
  append(lines: readonly FaultLine[]): void;
}

export const faultLog: Connector<FaultLog & { close(): void }> = {
  kind: "fault-log",
  name: "faults",
  open(uri) {
    const file = openSync(fileURLToPath(uri), "a");
    return {
      append(lines) {
        writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
        fsyncSync(file);
      },
      close: () => closeSync(file),
    };
  },
  close: (log) => log.close(),
};
