import { spawn } from "node:child_process";
import { childEnvironment } from "../../runtime/config.ts";
import { builtCommand } from "../support/built-command.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON. */
  json<T = unknown>(): T;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a developer's shell or CI has set must not change what a test sees; and no test finds a server by accident. */
const CLEAN = {
  ...{ NO_COLOR: undefined, FORCE_COLOR: undefined, DATABASE_URL: undefined, HEADGATE_DATABASE_URL: undefined, HEADGATE_STATE_DIR: "nowhere" },
  TEMPORAL_ADDRESS: "127.0.0.1:1",
};

/** Runs the command line as a process of its own and without a terminal, as a script would. */
export function headgate(args: readonly string[], { cwd, input = "", env = {} }: CallOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtCommand, ...args], {
      cwd,
      env: childEnvironment({ ...CLEAN, ...env }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T }));
    // A command that needs no input may be gone before it is written.
    child.stdin.on("error", () => undefined).end(input);
  });
}
