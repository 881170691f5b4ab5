import { proxyActivities } from "@temporalio/workflow";
import type { RegistryInput } from "../registry/input.ts";
import type { RegistryActivities } from "./ports.ts";
import { countResets } from "./reset-sign.ts";

export interface Recall {
  /** True while it is open what was decided before a reset: what is decided meanwhile could be decided a second time. Asks if need be. */
  isOpen(): boolean;
}

/**
 * A reset takes a registry back to a workflow task, and undoes what it decided since; the runs that it started then are there all
 * the same. Signals come again, but in other instants: deciding anew would give other runs other events. So the registry first
 * reads in its former life's history what was decided, and takes that over.
 */
export function createRecall(take: (inputs: readonly RegistryInput[]) => void): Recall {
  const { recall } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "2 minutes",
    retry: { initialInterval: "500ms", maximumInterval: "10s" },
    summary: "what was decided before the reset",
  });
  let asked = 0;
  let open = 0;

  async function ask(): Promise<void> {
    open += 1;
    const { more, ...all } = await recall({ after: 0 });
    const starts = [...all.starts];
    for (let left = more; left; ) {
      const page = await recall({ after: starts.at(-1)?.start.input.decision.sequence ?? 0 });
      starts.push(...page.starts);
      left = page.more;
    }
    open -= 1;
    take([{ kind: "adopt", ...all, starts }]);
  }

  return {
    isOpen() {
      if (asked < countResets()) {
        asked += 1;
        void ask();
      }
      return open > 0;
    },
  };
}
