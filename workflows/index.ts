/**
 * The workflow bundle. The default export runs DAGs: a workflow type that is no export here is a DAG id. DAG ids are
 * kebab-case, so the camelCase names below can never be one.
 */
export { assetRegistry } from "./asset-registry.ts";
export { dagRun as default } from "./dag-run.ts";
export { factProjector } from "./fact-projector.ts";
export { mapItems } from "./map-items.ts";
export { registryCatalog } from "./registry-catalog.ts";
export { registryStretch } from "./registry-stretch.ts";
export { watcherSession } from "./watcher.ts";
