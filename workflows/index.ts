/** All workflows of ours: the bundle of the system queue, and what replays any history. */
export { assetRegistry } from "./asset-registry.ts";
export { factProjector } from "./fact-projector.ts";
export { registryCatalog } from "./registry-catalog.ts";
export { registryStretch } from "./registry-stretch.ts";
export { default, mapItems, pooledTask } from "./runs.ts";
export { taskPool } from "./task-pool.ts";
export { watcherSession } from "./watcher.ts";
