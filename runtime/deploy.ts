import { type Client, WorkflowIdConflictPolicy, WorkflowNotFoundError } from "@temporalio/client";
import { registryClient } from "../client/registry.ts";
import type { Catalog } from "../core/catalog.ts";
import type { Names } from "../core/names.ts";
import { WATCHER_SIGNALS, type WatcherInput } from "../core/watcher-protocol.ts";

export interface Deployed {
  readonly revision: number;
  /** Consumers that are new see events from this sequence on. */
  readonly fromSeq: number;
  /** Pending events that the deploy let go, each with a fact that says why. */
  readonly dropped: number;
}

/**
 * Deploys a catalogue: one update of the registry, then its watchers. Watchers that are there begin a new session with the new
 * code, those that the project no longer has are cancelled. Throws `E_DEPLOY_STALE`, `E_CYCLE`, `E_ASSET_DUPLICATE`, `E_CONDITION`.
 */
export async function deployCatalog(
  client: Client,
  names: Names,
  catalog: Catalog,
  options: { readonly previous: Catalog | null; readonly revision?: number },
): Promise<Deployed> {
  const registry = registryClient(client, names);
  const reply = await registry.register({ project: catalog.project, revision: options.revision ?? Date.now(), catalog });
  const kept = new Set(catalog.watchers.map((watcher) => watcher.id));
  for (const { id } of options.previous?.watchers ?? []) if (!kept.has(id)) await ifRunning(client.workflow.getHandle(names.watcher(id)).cancel());
  for (const { id } of catalog.watchers) await startWatcher(client, names, id, catalog.project);
  return { revision: reply.revision, fromSeq: reply.fromSeq, dropped: reply.dropped };
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
