import type { EventInput } from "../../core/event.ts";
import type { Caller } from "./caller.ts";
import type { Deployed } from "./deployed.ts";
import { checkPublish, mayStart, refused } from "./rights.ts";

/** Every project, also one that is not there yet. */
const EVERY_PROJECT = "";

/**
 * Whether the caller may publish these events: each asset must be theirs, and so must what it starts directly, the DAGs that hear of it.
 * What those publish in turn is theirs. Throws `E_ACCESS`, which does not name whose DAGs they are.
 */
export async function checkEffects(caller: Caller, events: readonly Pick<EventInput, "asset" | "groups">[], deployed: () => Promise<Deployed>): Promise<void> {
  for (const { asset } of events) checkPublish(caller, asset);
  if (events.length === 0 || mayStart(caller, EVERY_PROJECT)) return;
  const { listeners } = await deployed();
  const seen = new Set<string>();
  for (const { asset, groups = [] } of events) {
    const name = JSON.stringify([asset, groups]);
    if (seen.has(name)) continue;
    seen.add(name);
    if (listeners.of(asset, groups).some(({ project }) => !mayStart(caller, project))) {
      throw refused(
        caller,
        `publish "${asset}": it starts DAGs that are not theirs to start`,
        "it needs the scope start:<project> for each project whose DAGs wait for the asset",
      );
    }
  }
}
