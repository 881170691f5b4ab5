export type { AirflowAssetsOptions, AirflowRunsOptions } from "./airflow.ts";
export { airflowAssets, airflowRuns } from "./airflow.ts";
export type { AirflowAssetEvent } from "./asset-events.ts";
export type { AirflowEndState, AirflowRunEnd } from "./dag-runs.ts";
export type { AirflowCursor } from "./read-feed.ts";
