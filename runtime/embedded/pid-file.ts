import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";

const schema = z.object({ pid: z.number().int().positive(), started: z.string() });

/** Remembers a process in a file, so that whoever comes next finds it even after a kill -9 of this one. */
export function writePidFile(file: string, pid: number): void {
  const identity = identify(pid);
  if (identity === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  // By rename: a reader never sees half a file.
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(identity)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/** The process that the file names, if it is still that one and runs. */
export function readLivePid(file: string): ProcessIdentity | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success && isAlive(parsed.data) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}
