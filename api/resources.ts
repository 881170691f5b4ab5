import { createMeRoutes } from "./access/me-routes.ts";
import { createTokenRoutes } from "./access/token-routes.ts";
import { createAssetRoutes } from "./assets/asset-routes.ts";
import { createPartitionRoutes } from "./assets/partition-routes.ts";
import { createChangeRoutes } from "./changes/change-routes.ts";
import { createDagActions } from "./dags/dag-actions.ts";
import { createDagRoutes } from "./dags/dag-routes.ts";
import { createDagRunsRoutes } from "./dags/dag-runs-routes.ts";
import { createPlanRoutes } from "./dags/plan-routes.ts";
import { createRedeliveryActions } from "./dags/redelivery-actions.ts";
import type { ApiParts } from "./deps.ts";
import { createEventRoutes } from "./events/event-routes.ts";
import { createPublishRoutes } from "./events/publish-routes.ts";
import { createExplainRoutes } from "./explain/explain-routes.ts";
import type { Router } from "./frame/router.ts";
import { createLineageRoutes } from "./lineage/lineage-routes.ts";
import { createLinkRoutes } from "./links/link-routes.ts";
import { createOperationRoutes } from "./operations/operation-routes.ts";
import { createProblemRoutes } from "./problems/problem-routes.ts";
import { createProjectRoutes } from "./projects/project-routes.ts";
import { createQuarantineRoutes } from "./quarantine/quarantine-routes.ts";
import { createRegistryActions } from "./registry/registry-actions.ts";
import { createRegistryRoutes } from "./registry/registry-routes.ts";
import { createRunActions } from "./runs/run-actions.ts";
import { createRunEndRoutes } from "./runs/run-end-routes.ts";
import { createRunGridRoutes } from "./runs/run-grid-routes.ts";
import { createRunRoutes } from "./runs/run-routes.ts";
import { createRunValuesRoutes } from "./runs/run-values-routes.ts";
import { createScheduleRoutes } from "./schedules/schedule-routes.ts";
import { createSimulatorRoutes } from "./simulator/simulator-routes.ts";
import { createTroubleRoutes } from "./troubles/trouble-routes.ts";
import { createWatcherActions } from "./watchers/watcher-actions.ts";
import { createWatcherRoutes } from "./watchers/watcher-routes.ts";
import { createWorkActions } from "./work/work-actions.ts";
import { createWorkRoutes } from "./work/work-routes.ts";

/** What stands under `/v1` for whoever may: one line for each resource, in order of their names. */
export const RESOURCES: readonly ((deps: ApiParts) => Router)[] = [
  createAssetRoutes,
  createChangeRoutes,
  createDagActions,
  createDagRoutes,
  createDagRunsRoutes,
  createLineageRoutes,
  createLinkRoutes,
  createEventRoutes,
  createExplainRoutes,
  createMeRoutes,
  createPartitionRoutes,
  createPlanRoutes,
  createProblemRoutes,
  createProjectRoutes,
  createPublishRoutes,
  createOperationRoutes,
  createQuarantineRoutes,
  createRedeliveryActions,
  createRegistryActions,
  createRegistryRoutes,
  createRunActions,
  createRunEndRoutes,
  createRunGridRoutes,
  createScheduleRoutes,
  createRunRoutes,
  createRunValuesRoutes,
  createSimulatorRoutes,
  createTokenRoutes,
  createTroubleRoutes,
  createWatcherActions,
  createWatcherRoutes,
  createWorkActions,
  createWorkRoutes,
];
