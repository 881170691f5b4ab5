// What the API answers, as far as pages read it. To be replaced by the types that are generated from its document.

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

/** How an asset is cut into partitions; the document leaves its form open. */
export type PartitionDefinition =
  | { readonly grain: string; readonly tz?: string; readonly start?: string; readonly end?: string }
  | { readonly keys: readonly string[] }
  | { readonly dynamic: true }
  | { readonly product: readonly PartitionDefinition[] };

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
