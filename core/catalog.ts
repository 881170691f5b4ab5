import type { PartitionDefinition } from "./condition.ts";
import type { Violation } from "./contract.ts";
import type { FreshnessPolicy } from "./freshness.ts";
import type { JsonObject } from "./json.ts";
import type { HashedPlan } from "./plan.ts";

/** An asset as data. */
export interface CatalogAsset {
  /** Normalised identity. */
  readonly uri: string;
  /** The URI as written, when it holds placeholders. */
  readonly template?: string;
  readonly partitions?: PartitionDefinition;
  readonly groups?: readonly string[];
  /** True if events of it must be checked against a schema by a worker that has the code. */
  readonly schema: boolean;
  /** JSON Schema for people, where the schema library can give one. */
  readonly jsonSchema?: JsonObject;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly meta: JsonObject;
  /** How fresh it must be; the registry watches it. */
  readonly freshness?: FreshnessPolicy;
  /** The file of its data contract, and what becomes of data that breaks it. */
  readonly contract?: { readonly file: string; readonly onViolation: Violation };
}

/** A watcher as data. */
export interface CatalogWatcher {
  readonly id: string;
  /** The source's kind: `files`, `s3`, ... */
  readonly source: string;
  readonly publishes: string;
  /** Other assets that it tells its items apart by. */
  readonly alsoPublishes?: readonly string[];
  /** Poll interval in milliseconds. */
  readonly every: number;
}

/** All that one project deploys. Content-addressed: `hash` is over all other fields. */
export interface Catalog {
  readonly project: string;
  readonly hash: string;
  /** Task queue of the project's runs and tasks. */
  readonly taskQueue: string;
  readonly assets: readonly CatalogAsset[];
  readonly dags: readonly HashedPlan[];
  readonly watchers: readonly CatalogWatcher[];
}
