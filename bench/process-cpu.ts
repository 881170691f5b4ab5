import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in ticks of 10 ms. */
const TICK = 10;

/** CPU milliseconds that a process and its descendants have used so far, and its resident memory in MB. */
export function usageOf(pid: number): { readonly cpu: number; readonly memory: number } {
  const all = new Map<number, { parent: number; cpu: number; memory: number }>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      // Of children that ended, too: utime, stime, cutime, cstime.
      all.set(Number(entry), {
        parent: Number(fields[1]),
        cpu: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) * TICK,
        memory: (Number(fields[21]) * 4_096) / 1e6,
      });
    } catch {
      // It ended meanwhile.
    }
  }
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [id, { parent }] of all) if (family.has(parent) && !family.has(id)) grown = !!family.add(id);
  }
  return { cpu: [...family].reduce((sum, id) => sum + (all.get(id)?.cpu ?? 0), 0), memory: all.get(pid)?.memory ?? 0 };
}
