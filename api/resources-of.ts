import type { ApiParts } from "./deps.ts";
import type { Router } from "./frame/router.ts";

type Create = (parts: ApiParts) => Router;

/**
 * The resources below a path, by the segment behind `/v1`. A command asks one or two questions: to load all schemas for that would take
 * longer than the answer. What is not here is among all of them.
 */
const BELOW: Readonly<Record<string, () => Promise<readonly Create[]>>> = {
  assets: async () => [
    (await import("./assets/asset-routes.ts")).createAssetRoutes,
    (await import("./assets/partition-routes.ts")).createPartitionRoutes,
    (await import("./work/work-actions.ts")).createWorkActions,
  ],
  backfills: async () => [(await import("./work/work-routes.ts")).createWorkRoutes, (await import("./work/work-actions.ts")).createWorkActions],
  dags: async () => [
    (await import("./dags/dag-routes.ts")).createDagRoutes,
    (await import("./dags/dag-actions.ts")).createDagActions,
    (await import("./dags/dag-runs-routes.ts")).createDagRunsRoutes,
    (await import("./dags/redelivery-actions.ts")).createRedeliveryActions,
    (await import("./explain/explain-routes.ts")).createExplainRoutes,
    (await import("./runs/run-grid-routes.ts")).createRunGridRoutes,
  ],
  events: async () => [(await import("./events/event-routes.ts")).createEventRoutes, (await import("./events/publish-routes.ts")).createPublishRoutes],
  fates: async () => [(await import("./explain/explain-routes.ts")).createExplainRoutes],
  registry: async () => [
    (await import("./registry/registry-routes.ts")).createRegistryRoutes,
    (await import("./registry/registry-actions.ts")).createRegistryActions,
    (await import("./explain/explain-routes.ts")).createExplainRoutes,
  ],
  runs: async () => [
    (await import("./runs/run-routes.ts")).createRunRoutes,
    (await import("./runs/run-actions.ts")).createRunActions,
    (await import("./runs/run-end-routes.ts")).createRunEndRoutes,
    (await import("./runs/run-values-routes.ts")).createRunValuesRoutes,
    (await import("./explain/explain-routes.ts")).createExplainRoutes,
  ],
  watchers: async () => [
    (await import("./watchers/watcher-routes.ts")).createWatcherRoutes,
    (await import("./watchers/watcher-actions.ts")).createWatcherActions,
  ],
};

/** Segments behind `/v1` whose resources are loaded without the others. */
export const SEGMENTS: readonly string[] = Object.keys(BELOW);

/** Everything that stands below `/v1/<segment>`. */
export async function resourcesOf(segment: string): Promise<readonly Create[]> {
  return await (BELOW[segment] ?? (async () => (await import("./resources.ts")).RESOURCES))();
}
