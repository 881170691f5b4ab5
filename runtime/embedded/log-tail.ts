import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const MOST = 16 * 1024;

/** The last lines of a log file, for an error message: what a server said before it ended. Empty if there is no file. */
export function lastLines(file: string, count = 15): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, MOST));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-count).join("\n");
  } finally {
    closeSync(descriptor);
  }
}
