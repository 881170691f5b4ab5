import { type Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from "@temporalio/client";
import { createCatalogs } from "../client/catalogs.ts";
import { registryClient } from "../client/registry.ts";
import type { Catalog } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
import type { Names } from "../core/names.ts";
import { WATCHER_SIGNALS, type WatcherInput } from "../core/watcher-protocol.ts";
import type { Store } from "../store/index.ts";
import { type HandedOver, handOverRecorded } from "./hand-over.ts";

export interface Deployed {
  readonly revision: number;
  /** Consumers that are new see events from this sequence on. */
  readonly fromSeq: number;
  /** Pending events that the deploy let go, each with a fact that says why. */
  readonly dropped: number;
  /** New DAGs that begin in the past, with what they got of it. */
  readonly handedOver: readonly HandedOver[];
}

export interface DeployOptions {
  readonly previous: Catalog | null;
  /** @default the time, in milliseconds */
  readonly revision?: number;
  /** Asked for only if a new DAG begins in the past (`startAt: { since }`). */
  readonly store?: () => Promise<Store>;
}

/**
 * Deploys a catalogue: one update of the registry, then its watchers, then the recorded events of DAGs that begin in the past.
 * Watchers that are there begin a new session with the new code, those that the project no longer has are cancelled. Throws
 * `E_DEPLOY_STALE`, `E_CYCLE`, `E_ASSET_DUPLICATE`, `E_CONDITION`; after it is deployed `E_STORE` and `E_CONFIG`, as long as recorded
 * events are to be handed over.
 */
export async function deployCatalog(client: Client, names: Names, catalog: Catalog, options: DeployOptions): Promise<Deployed> {
  const registry = registryClient(client, names);
  const reply = await registry.register({ project: catalog.project, revision: options.revision ?? Date.now(), catalog });
  await settleWatchers(client, names, catalog, [...(options.previous?.watchers ?? []), ...catalog.watchers]);
  const handedOver: HandedOver[] = [];
  const { store = noStore } = options;
  for (const wanted of reply.wants ?? []) handedOver.push(await handOverRecorded(wanted, { registry, store, registryId: names.registry, catalog }));
  return { revision: reply.revision, fromSeq: reply.fromSeq, dropped: reply.dropped, handedOver };
}

/**
 * Makes the watchers those of the deploy that holds. Of two deploys at once the older one may come here last: whoever is here looks
 * again at the end, so that the last one leaves what the newest deploy wants.
 */
async function settleWatchers(client: Client, names: Names, mine: Catalog, known: Catalog["watchers"]): Promise<void> {
  const registry = registryClient(client, names);
  const catalogs = createCatalogs(client, names);
  const deployed = async (): Promise<string> => (await registry.state()).projects.find(({ project }) => project === mine.project)?.hash ?? mine.hash;
  for (let hash = await deployed(), settled = ""; settled !== hash; hash = await deployed()) {
    const { watchers } = (hash === mine.hash ? mine : await catalogs.find(hash)) ?? mine;
    const kept = new Set(watchers.map(({ id }) => id));
    for (const { id } of known) if (!kept.has(id)) await ifRunning(client.workflow.getHandle(names.watcher(id)).cancel());
    for (const { id } of watchers) await startWatcher(client, names, id, mine.project);
    settled = hash;
  }
}

async function noStore(): Promise<never> {
  throw new HeadgateError("E_CONFIG", "recorded events are in the store, and none is configured");
}

async function startWatcher(client: Client, names: Names, watcher: string, project: string): Promise<void> {
  await client.workflow.signalWithStart("watcherSession", {
    workflowId: names.watcher(watcher),
    taskQueue: names.systemQueue,
    args: [{ watcher, taskQueue: names.triggerQueue(project) } satisfies WatcherInput],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    signal: WATCHER_SIGNALS.reload,
    staticSummary: `Watcher ${watcher} of project ${project}`,
  });
}

async function ifRunning(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
