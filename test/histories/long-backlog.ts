import { QUERIES, UPDATES } from "../../core/registry-protocol.ts";
import { emptyState, openRegistry, type Summary, stateOf, step } from "../../registry/index.ts";
import { DEFAULT_SETTINGS, type RegistryCarry } from "../../workflows/registry-carry.ts";
import { until } from "../faults/until.ts";
import { closeStore } from "./close-store.ts";
import { parked } from "./project/assets.ts";
import type { Case } from "./record.ts";
import type { Stage } from "./stage.ts";

const EVENTS = 1_200;

/** A registry with a long backlog of a paused DAG: it leaves the state while the store is closed, and is read again when it is cleared. */
export async function longBacklog({ client, names, catalog, databaseUrl }: Stage): Promise<readonly Case[]> {
  const registry = openRegistry(emptyState("backlog"));
  const now = Date.now();
  step(registry, [{ kind: "register", project: catalog.project, revision: 1, catalog }], now);
  step(registry, [{ kind: "pause", dag: "parked-runs" }], now);
  const events = Array.from({ length: EVENTS }, (_, n) => ({ asset: parked.uri, id: `backlog-${n}` }));
  step(registry, [{ kind: "publish", events }], now);
  const carry: RegistryCarry = { version: 1, state: stateOf(registry), inbox: [], checking: [], dispatching: [], facts: [], settings: DEFAULT_SETTINGS };
  const workflowId = "backlogged-registry";
  const store = await closeStore(databaseUrl);
  try {
    const handle = await client.workflow.start("assetRegistry", { workflowId, taskQueue: names.systemQueue, args: [carry] });
    const stored = async (): Promise<number> => (await handle.query<Summary>(QUERIES.state)).events.stored;
    await until("most of the backlog has left the state", async () => (await stored()) > EVENTS / 2);
    const stretch = await until("a workflow keeps some of it", async () => {
      for await (const found of client.workflow.list({ query: 'WorkflowType = "registryStretch"' })) return found.workflowId;
      return undefined;
    });
    await handle.executeUpdate(UPDATES.clearPending, { args: [{ dag: "parked-runs" }] });
    await until("nothing keeps it any more", async () => (await client.workflow.getHandle(stretch).describe()).status.name === "COMPLETED");
    return [
      { name: "asset-registry-backlog", workflowId },
      { name: "registry-stretch", workflowId: stretch },
    ];
  } finally {
    await store.open();
  }
}
