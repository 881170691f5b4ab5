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
  readonly partitions?: { readonly kind: string } & Readonly<Record<string, unknown>>;
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
