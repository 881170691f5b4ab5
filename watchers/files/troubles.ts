import { join } from "node:path";
import type { PoisonItem, SourceLog } from "../../core/source.ts";
import { NOT_TEXT } from "./list-files.ts";

/** After so many lines of one session a person knows; the rest is counted. */
const MAX_LINES = 20;

/** What is passed over in a folder: said once for each path, and a file that nothing can open becomes a dead letter. */
export interface Troubles {
  note(path: string, problem: string): void;
  /** Dead letters since the last call. */
  take(): readonly PoisonItem[];
}

export function createTroubles(root: string, log: SourceLog): Troubles {
  const said = new Set<string>();
  let poison: PoisonItem[] = [];
  return {
    note: (path, problem) => {
      const key = `${path}\n${problem}`;
      if (said.has(key)) return;
      said.add(key);
      if (problem === NOT_TEXT) poison.push({ id: `${path}@undecodable`, reason: problem, raw: join(root, path) });
      if (said.size <= MAX_LINES) log.warn(`${join(root, path)} is passed over: ${problem}`);
      if (said.size === MAX_LINES + 1) log.warn(`more paths below ${root} are passed over and not named here`);
    },
    take: () => {
      const taken = poison;
      poison = [];
      return taken;
    },
  };
}
