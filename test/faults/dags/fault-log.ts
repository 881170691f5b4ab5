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

/** An append-only file on which each line is synced before the task goes on: what it says has happened. */
export interface FaultLog {
  append(line: FaultLine): void;
}

export const faultLog: Connector<FaultLog & { close(): void }> = {
  kind: "fault-log",
  name: "faults",
  open(uri) {
    const file = openSync(fileURLToPath(uri), "a");
    return {
      append(line) {
        writeSync(file, `${JSON.stringify(line)}\n`);
        fsyncSync(file);
      },
      close: () => closeSync(file),
    };
  },
  close: (log) => log.close(),
};
