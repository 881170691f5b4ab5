import type { Client } from "@temporalio/client";
import { registryClient } from "../../client/registry.ts";
import type { Names } from "../../core/names.ts";
import type { Store } from "../../store/index.ts";
import type { StateSources } from "./state-metrics.ts";

/** The state of an environment, from its registry and its store. */
export function environmentState(client: Client, names: Names, store: Pick<Store, "listProjections" | "listWatchers">): StateSources {
  const registry = registryClient(client, names);
  return {
    registryId: names.registry,
    state: () => registry.state(),
    registryRun: async () => (await client.workflow.getHandle(names.registry).describe()).runId,
    listWatchers: () => store.listWatchers(),
    listProjections: () => store.listProjections(),
  };
}
