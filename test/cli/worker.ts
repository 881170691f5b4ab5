import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { childEnvironment } from "../../runtime/config.ts";
import { builtCommand } from "../support/built-command.ts";
import type { CallOptions } from "./headgate.ts";

/** `headgate worker` in a folder, once it takes work. */
export async function startWorker(cwd: string, env: NonNullable<CallOptions["env"]>): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [builtCommand, "worker"], {
    cwd,
    env: childEnvironment(env),
    stdio: ["ignore", "inherit", "pipe"],
  });
  let said = "";
  worker.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  for (const end = performance.now() + 120_000; !said.includes("runs project"); await delay(50)) {
    if (worker.exitCode !== null || performance.now() > end) throw new Error(`the worker did not start:\n${said}`);
  }
  return worker;
}

export async function stopWorker(worker: ChildProcess | undefined): Promise<void> {
  if (worker === undefined || worker.exitCode !== null) return;
  worker.kill("SIGTERM");
  await once(worker, "exit");
}
