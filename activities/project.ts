import { setTimeout as sleep } from "node:timers/promises";
import { cancellationSignal } from "@temporalio/activity";
import type { Fact } from "../core/fact.ts";
import type { RegistryActivities } from "../workflows/ports.ts";

/** Where facts are written. Writing the same facts again, or in another order, changes nothing. */
export interface FactStore {
  project(registry: string, facts: readonly Fact[]): Promise<void>;
}

/** The activity that writes facts. It answers a little later than it has written, so that one answer acknowledges many runs. */
export function createProject(deps: { readonly store: FactStore }): RegistryActivities["project"] {
  return async function project({ registry, facts, hold }) {
    await deps.store.project(registry, facts);
    if (hold > 0) await sleep(hold, undefined, { signal: cancellationSignal() }).catch(() => undefined);
  };
}
