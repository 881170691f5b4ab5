import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { childEnvironment } from "../config.ts";
import { removePidFile, writePidFile } from "./pid-file.ts";
import { sendSignal } from "./stop-process.ts";

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whose rights the server has; only root can choose. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly logFile: string;
  /** For servers that do not keep one themselves. */
  readonly pidFile?: string;
  /** The signal that asks it to end. @default "SIGTERM" */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds until it is ended by force. @default 10_000 */
  readonly patience?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/**
 * Starts a server in a process group of its own, so that a Ctrl-C in the terminal reaches it only through us, in our order.
 * Its output goes to a file, not to us: it lives on without blocking if we are killed, and the next start finds it by its pid file.
 */
export function startProcess(options: ServerCommand): Promise<ServerProcess> {
  const { command, args, env = {}, user, logFile, pidFile, stopSignal = "SIGTERM", patience = 10_000 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a");
  let child: ChildProcess;
  try {
    chmodSync(logFile, 0o644);
    child = spawn(command, [...args], { detached: true, stdio: ["ignore", log, log], env: childEnvironment(env), ...user });
  } finally {
    closeSync(log);
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      const pid = child.pid as number;
      if (pidFile !== undefined) writePidFile(pidFile, pid);
      let ended = false;
      const exited = new Promise<Exit>((settle) => {
        child.once("exit", (code, signal) => {
          ended = true;
          if (pidFile !== undefined) removePidFile(pidFile);
          settle({ code, signal });
        });
      });
      async function end(signal: NodeJS.Signals): Promise<void> {
        if (!ended) sendSignal(pid, signal, true);
        await exited;
      }
      async function stop(): Promise<void> {
        if (ended) return;
        sendSignal(pid, stopSignal, false);
        const timer = new AbortController();
        const late = delay(patience, "late" as const, { signal: timer.signal }).catch(() => undefined);
        if ((await Promise.race([exited, late])) === "late") await end("SIGKILL");
        timer.abort();
      }
      resolve({ pid, exited, hasExited: () => ended, stop, kill: () => end("SIGKILL") });
    });
  });
}
