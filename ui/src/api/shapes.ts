// What the API answers, as far as pages read it. To be replaced by the types that are generated from its document.

export interface LastEvent {
  readonly source: string;
  readonly id: string;
  readonly at: string;
  readonly time: string;
  readonly partition: string | null;
  readonly run: string | null;
}

export interface AssetDefinition {
  readonly uri: string;
  readonly template?: string;
  readonly partitions?: PartitionDefinition;
  readonly groups?: readonly string[];
  readonly schema: boolean;
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly freshness?: { readonly within?: string | number };
}

export interface Asset {
  readonly asset: string;
  readonly version: number;
  readonly partitions: number;
  readonly firstAt: string | null;
  readonly last: LastEvent | null;
  readonly definition: AssetDefinition | null;
  readonly project: string | null;
  readonly definitionVersion: number;
  readonly definitionHash: string | null;
}

export interface StoredEvent {
  readonly registry: string;
  readonly seq: number;
  readonly at: string;
  readonly asset: string;
  readonly partition: string | null;
  readonly source: string;
  readonly id: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  readonly hops: number;
  readonly run?: string | null;
  readonly watcher: string | null;
}

export interface Run {
  readonly run: string;
  readonly dag: string;
  readonly status: string;
  readonly partition: string | null;
  readonly cause: { readonly kind: string; readonly text: string };
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly error: string | null;
  readonly events: number;
}

export type PartitionDefinition =
  | { readonly grain: string; readonly tz?: string; readonly start?: string; readonly end?: string }
  | { readonly keys: readonly string[] }
  | { readonly dynamic: true }
  | { readonly product: readonly PartitionDefinition[] };

export interface Slice {
  readonly partition: string | null;
  readonly status: "present" | "missing" | "failed" | "stale" | "running" | "open";
  readonly version: number;
  readonly madeAt: string | null;
  readonly run: string | null;
  readonly why: string | null;
}

export interface AssetEvent extends LastEvent {
  readonly version: number;
  readonly registry: string;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DefinitionVersion {
  readonly version: number;
  readonly hash: string;
  readonly project: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly definition: AssetDefinition;
}

export interface FateEntry {
  readonly registry: string;
  readonly seq: number;
  readonly source: string;
  readonly id: string;
  readonly asset: string;
  readonly dag: string;
  readonly key: string;
  readonly fate: string;
  readonly why: string | null;
  readonly run: string | null;
  readonly at: string;
  readonly history: readonly { readonly fate: string; readonly why: string | null; readonly run: string | null; readonly at: string }[];
}

/** Everything that is known of an event. */
export interface EventStory {
  /** The newest first; more than one if registries share the id. */
  readonly events: readonly StoredEvent[];
  readonly fates: readonly FateEntry[];
  readonly repeats: readonly { readonly at: string; readonly differed: boolean }[];
  readonly rejected: readonly { readonly n: number; readonly at: string; readonly code: string; readonly why: string }[];
  /** What the registry holds of it now. */
  readonly live: {
    readonly event: { readonly at: string };
    readonly consumers: readonly {
      readonly dag: string;
      readonly key: string;
      readonly fate: string;
      readonly run: string | null;
      readonly why: string | null;
    }[];
  } | null;
}
