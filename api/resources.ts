import { createAssetRoutes } from "./assets/asset-routes.ts";
import type { ApiDeps } from "./deps.ts";
import { createPublishRoutes } from "./events/publish-routes.ts";
import type { Router } from "./frame/router.ts";

/** What stands under `/v1` for whoever may: one line for each resource, in order of their names. */
export const RESOURCES: readonly ((deps: ApiDeps) => Router)[] = [createAssetRoutes, createPublishRoutes];
