import { type ChildProcess, spawn } from "node:child_process";
import type { FromWorker } from "../../cli/dev/worker-messages.ts";
import { childEnvironment } from "../../runtime/config.ts";
import { builtCommand } from "../support/built-command.ts";

/** `headgate worker` in a process of its own, which a test kills. */
export interface FaultWorker {
  readonly pid: number;
  /** What it wrote, for a person who looks why a test failed. */
  output(): string;
  /** kill -9; settles when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; settles when it has ended. */
  stop(): Promise<void>;
}

export interface FaultWorkerOptions {
  /** The user's project. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The `headgate` that it runs. @default that of this folder */
  readonly command?: string;
}

/** Starts a worker and waits until it polls. */
export async function startFaultWorker({ cwd, env, command = builtCommand }: FaultWorkerOptions): Promise<FaultWorker> {
  const child = spawn(process.execPath, [command, "worker"], {
    cwd,
    env: childEnvironment(env),
    // Its end of the channel closes with this process: no test leaves a worker behind.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (part: string) => {
      text = (text + part).slice(-20_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message: FromWorker) => message.kind === "ready" && resolve());
    child.once("exit", (code, signal) => reject(new Error(`the worker ended with ${signal ?? code} before it polled:\n${text}`)));
  });
  return {
    pid: child.pid as number,
    output: () => text,
    kill: () => end(child, "SIGKILL", ended),
    stop: () => end(child, "SIGTERM", ended),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
