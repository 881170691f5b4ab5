import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment } from "../../runtime/config.ts";

/** `npm start -- --once`, running as a person starts it, on a state folder of its own that is removed with it. */
export interface OnceRun extends Disposable {
  readonly stateDir: string;
  readonly child: ChildProcess;
  /** All that it has said so far. */
  said(): string;
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number | null>;
}

export function startOnce(env: Readonly<Record<string, string>> = {}): OnceRun {
  const stateDir = mkdtempSync(join(tmpdir(), "headgate-once-"));
  const child = spawn("npm", ["start", "--silent", "--", "--once"], {
    env: childEnvironment({ ...env, HEADGATE_STATE_DIR: stateDir }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (more: string) => (text += more));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { stateDir, child, said: () => text, ended, [Symbol.dispose]: () => rmSync(stateDir, { recursive: true, force: true }) };
}
