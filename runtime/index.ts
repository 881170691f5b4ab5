export { createSpanIds } from "../client/tracing/span-ids.ts";
export { openStore, type Store } from "../store/index.ts";
export { type Config, loadConfig } from "./config.ts";
export { type Deployed, deployCatalog } from "./deploy.ts";
export { type LoadedDefinitions, loadDefinitions } from "./load-definitions.ts";
export { createLogger } from "./logger.ts";
export { connectTemporal, type TemporalConnection } from "./temporal-connection.ts";
export { type RunningWorker, startWorker, type WorkerOptions, type WorkerRole } from "./worker.ts";
