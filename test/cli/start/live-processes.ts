import { readdirSync, readFileSync } from "node:fs";

/** Command lines of running processes that mention a text, without this one. */
export function liveProcesses(mention: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      return command.includes(mention) || environment.includes(mention) ? [command] : [];
    } catch {
      // It ended meanwhile, or is another user's.
      return [];
    }
  });
}
