import { QUERIES } from "../../core/registry-protocol.ts";
import { emptyState, openRegistry, stateOf, step } from "../../registry/index.ts";
import type { DagState } from "../../registry/outlook.ts";
import { DEFAULT_SETTINGS, type RegistryCarry } from "../../workflows/registry-carry.ts";
import { until } from "../faults/until.ts";
import { parked } from "./project/assets.ts";
import type { Case } from "./record.ts";
import type { Stage } from "./stage.ts";

/** What the registry waits before it asks about a run, and more. */
const LONG_AGO = 180_000;

/** A registry that was restored from a checkpoint of three minutes ago, in which a run began that nobody has heard of since. */
export async function silentRegistry({ client, names, catalog }: Stage): Promise<Case> {
  const then = Date.now() - LONG_AGO;
  const registry = openRegistry(emptyState("restored"));
  step(registry, [{ kind: "register", project: catalog.project, revision: 1, catalog }], then);
  step(registry, [{ kind: "publish", events: [{ asset: parked.uri, id: "silent" }] }], then);
  const carry: RegistryCarry = { version: 1, state: stateOf(registry), inbox: [], checking: [], dispatching: [], facts: [], settings: DEFAULT_SETTINGS };
  const workflowId = "restored-registry";
  const handle = await client.workflow.start("assetRegistry", { workflowId, taskQueue: names.systemQueue, args: [carry] });
  await until("it has found out", async () => (await handle.query<DagState, [string]>(QUERIES.dag, "parked-runs")).running === 0);
  return { name: "asset-registry-restored", workflowId };
}
