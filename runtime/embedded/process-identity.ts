import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that cannot be taken for another one: a pid alone is used again, also by something that is not ours. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in a form that is only good for comparing. */
  readonly started: string;
}

/** The identity of a running process; undefined for one that is gone or only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = process.platform === "linux" ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

function startedOnLinux(pid: number): string | undefined {
  try {
    // The name in brackets may hold spaces and brackets itself: fields are counted from its end.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const state = fields[0];
    const ticks = fields[19];
    // `kill(pid, 0)` succeeds for a zombie; a container whose first process does not reap keeps them for ever.
    if (state === "Z" || state === "X" || ticks === undefined) return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${ticks}`;
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    const [state, ...started] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith("Z") || started.length === 0 ? undefined : started.join(" ");
  } catch {
    return undefined;
  }
}
