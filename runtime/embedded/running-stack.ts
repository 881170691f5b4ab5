import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readLivePid } from "./pid-file.ts";

const schema = z.object({
  temporalAddress: z.string(),
  databaseUrl: z.string(),
  environment: z.string().default(""),
  temporalNamespace: z.string().default("default"),
});

/** Where the servers of a state folder are, and whose names there, for other commands of the same project. */
export type RunningStack = z.infer<typeof schema>;

/** The process that owns the servers, while it runs. */
export const OWNER_FILE = "stack.pid";
export const STACK_FILE = "stack.json";

/** Lets other commands find the servers. Only the owner of the file can read it, as it holds a password. */
export function announceStack(stateDir: string, stack: z.input<typeof schema>): void {
  const file = join(stateDir, STACK_FILE);
  // By rename: a reader never sees half a file.
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(stack)}\n`, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
}

export function withdrawStack(stateDir: string): void {
  rmSync(join(stateDir, STACK_FILE), { force: true });
}

/** The servers that run now; undefined if there are none, or if what stands there was left by a process that was killed. */
export function findRunningStack(stateDir: string): RunningStack | undefined {
  if (readLivePid(join(stateDir, OWNER_FILE)) === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(join(stateDir, STACK_FILE), "utf8")));
  } catch {
    // Not there yet, or somebody else's: then it is as if nothing ran.
    return undefined;
  }
}
