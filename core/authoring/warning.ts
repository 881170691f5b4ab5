/** Something that a person should look at; the catalogue is good all the same. */
export interface BuildWarning {
  readonly code: WarningCode;
  readonly text: string;
  readonly hint: string;
  /** `asset s3://lake/raw`, `dag orders-clean`. */
  readonly where: string;
}

/** Every warning of a build with its meaning in one line. */
export const WARNING_CODES = {
  W_ASSET_OWNER: "an asset has no owner",
  W_ASSET_DESCRIPTION: "an asset has no description",
  W_ASSET_COARSE: "an asset's name covers everything in a host, bucket or database",
  W_ASSET_FINE: "an asset's name is one file or one day of something that has many",
  W_ASSET_UNUSED: "a watcher publishes an asset that no DAG waits for",
  W_DAG_EMPTY: "a DAG has no tasks",
  W_GROUP_EMPTY: "a condition names a group that no asset of the project is in",
  W_RUN_ENDS_UNKNOWN: "a condition waits for the runs of a DAG that the project does not have",
  W_QUEUE_SHARED: "a watcher or task of another project reads the same queue",
  W_CRON_NEVER: "a cron expression never ticks",
  W_CHAIN_LONG: "assets and DAGs form a chain that is longer than events may go",
} as const;

export type WarningCode = keyof typeof WARNING_CODES;
