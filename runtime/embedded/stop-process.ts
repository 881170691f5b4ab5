import { setTimeout as delay } from "node:timers/promises";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";

/** Sends a signal to a process, and with `group` to the process group that it leads. False if it is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals, group: boolean): boolean {
  try {
    process.kill(group && process.platform !== "win32" ? -pid : pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Ends a process that is not our child (an orphan of an earlier run): politely, then by force after `patience` milliseconds. */
export async function stopProcess(identity: ProcessIdentity, { signal = "SIGTERM" as NodeJS.Signals, group = false, patience = 10_000 } = {}): Promise<void> {
  for (const step of [signal, "SIGKILL"] as const) {
    if (!isAlive(identity)) return;
    sendSignal(identity.pid, step, group);
    const deadline = performance.now() + patience;
    while (isAlive(identity) && performance.now() < deadline) await delay(20);
  }
}
