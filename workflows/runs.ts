/**
 * What runs on the queues of projects, bundled on its own: each run evaluates the modules of its bundle anew, and those of the registry
 * would cost it more than its own. The default export runs DAGs: a workflow type that is no export here is a DAG id. DAG ids are
 * kebab-case, so camelCase names can never be one.
 */
export { dagRun as default } from "./dag-run.ts";
export { mapItems } from "./map-items.ts";
export { pooledTask } from "./pooled-task.ts";
