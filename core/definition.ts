import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { CatalogAsset } from "./catalog.ts";
import type { Contract } from "./contract.ts";
import type { EventInput } from "./event.ts";
import type { HashedPlan } from "./plan.ts";
import type { Source } from "./source.ts";
import type { SqlTask } from "./sql/sql-task.ts";

/** What the authoring functions return, seen from inside Headgate: data plus the functions that data cannot carry. */
export interface AssetDefinition {
  readonly kind: "asset";
  /** Normalised identity. */
  readonly uri: string;
  readonly catalog: CatalogAsset;
  readonly schema?: StandardSchemaV1;
  /** What the schema asks besides, once its document is read. */
  readonly contract?: Contract;
  /** The file of YAML that defines it. Code may name such an asset by `asset(uri)` without options. */
  readonly file?: string;
}

/** A handler without its types: `input` has one field for each name of `needs`. */
export type TaskHandler = (input: never, context: never) => unknown;

/** What a consume or trigger task reads. */
export interface TaskSource {
  readonly source: Source;
  /** Milliseconds between two polls. */
  readonly every: number;
  readonly startAt: unknown;
  /** Of a trigger task: whether an item is the one. */
  readonly match?: (item: never, run: never) => unknown;
}

export interface DagDefinition {
  readonly kind: "dag";
  readonly id: string;
  readonly plan: HashedPlan;
  /** By task id; external tasks have none. */
  readonly handlers: ReadonlyMap<string, TaskHandler>;
  /** What external tasks return, by task id: the code that would check it is elsewhere. */
  readonly returns?: ReadonlyMap<string, StandardSchemaV1>;
  /** What consume and trigger tasks read, by task id. */
  readonly sources?: ReadonlyMap<string, TaskSource>;
  /** The scripts of SQL tasks, by task id. */
  readonly scripts?: ReadonlyMap<string, SqlTask>;
  /** The DAGs that tasks run, by task id. */
  readonly subRuns?: ReadonlyMap<string, DagDefinition>;
  readonly params?: StandardSchemaV1;
  /** Every asset definition that the DAG mentions, by URI. */
  readonly assets: ReadonlyMap<string, AssetDefinition>;
}

export interface WatcherDefinition {
  readonly kind: "watcher";
  readonly id: string;
  readonly source: Source;
  readonly publishes: AssetDefinition;
  /** Other assets that its `map` makes events of, each of which names its asset. */
  readonly alsoPublishes?: readonly AssetDefinition[];
  /** Milliseconds between two polls. @default the setting `watchers.every` */
  readonly every?: number;
  readonly startAt: unknown;
  /** From an item to events; `undefined` skips it, an array fans out. Without it the item itself is the data. */
  readonly map?: (item: never) => Partial<EventInput> | readonly Partial<EventInput>[] | undefined;
}

export type Definition = AssetDefinition | DagDefinition | WatcherDefinition;
