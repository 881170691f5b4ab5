import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../runtime/config.ts";
import type { Mark } from "./mark.ts";

/** A worker process of one side. */
export interface BenchProcess {
  readonly pid: number;
  /** When the task of this event began, in milliseconds since 1970. */
  marked(id: string): Promise<number>;
  /** How many tasks have begun. */
  count(): number;
  stop(): Promise<void>;
}

/** TypeScript runs as this process does; the built program runs as users run it. */
export async function startBenchProcess(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<BenchProcess> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...(file.endsWith(".ts") ? process.execArgv : []), path, ...args], {
    env: childEnvironment(env),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const marks = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const ready = new Promise<void>((resolve, reject) => {
    child.once("exit", (code, signal) => reject(new Error(`${file} ended: ${signal ?? code}`)));
    child.on("message", (message: Mark | { readonly kind: "ready" }) => {
      if (message.kind === "ready") return resolve();
      if (message.kind !== "mark") return;
      marks.set(message.id, message.at);
      waiting.get(message.id)?.(message.at);
      waiting.delete(message.id);
    });
  });
  await ready;
  return {
    pid: child.pid as number,
    marked: (id) => {
      const at = marks.get(id);
      return at === undefined ? new Promise((resolve) => waiting.set(id, resolve)) : Promise.resolve(at);
    },
    count: () => marks.size,
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(force);
}
