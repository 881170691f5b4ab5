// Made from the API's document by `npm run api:types`; a test compares the two.

export interface Accepted {
  readonly accepted: number;
  /** In the order of the events; those that had none got one. */
  readonly ids: readonly string[];
}

export interface Asset {
  readonly asset: string;
  /** How many events it had; 0 before the first. */
  readonly version: number;
  /** How many of its partitions have an event. */
  readonly partitions: number;
  readonly firstAt: string | null;
  readonly last: LastEvent | null;
  /** Null where it does not say how fresh it must be. */
  readonly freshness: Freshness | null;
  /** As it was last deployed; null where only events or conditions name it. */
  readonly definition: AssetDefinition | null;
  readonly project: string | null;
  readonly definitionVersion: number;
  readonly definitionHash: string | null;
}

export interface AssetDefinition {
  readonly uri: string;
  /** The URI as written, where it holds placeholders. */
  readonly template?: string;
  /** How the asset is cut into partitions, as `headgate check --json` shows it. */
  readonly partitions?: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  /** Whether the data of its events is checked. */
  readonly schema: boolean;
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly freshness?: {
    /** A duration like 26h, or milliseconds. */
    readonly within: string | number;
  } | {
    readonly by: string;
    readonly tz?: string;
    /** A duration like 26h, or milliseconds. */
    readonly within?: string | number;
  };
}

export type AssetEvent = LastEvent & {
  /** The version that it gave its partition. */
  readonly version: number;
  readonly registry: string;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
};

export interface AssetEventPage {
  readonly items: readonly AssetEvent[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface AssetPage {
  readonly items: readonly Asset[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data?: unknown;
  readonly data_base64?: string;
  readonly partitionkey?: string;
  readonly asset?: string;
}

export interface Freshness {
  readonly state: "fresh" | "stale" | "unknown";
  /** The update that made it fresh, or the deadline that it missed. */
  readonly since: string | null;
  readonly expected: string;
  /** When it becomes stale if no update comes; null unless it is fresh. */
  readonly until: string | null;
}

export interface LastEvent {
  readonly source: string;
  readonly id: string;
  /** When the registry accepted it. */
  readonly at: string;
  /** When it happened, as it says itself. */
  readonly time: string;
  readonly partition: string | null;
  /** The run that published it. */
  readonly run: string | null;
}

export interface PostedEvent {
  readonly asset: string;
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly partition?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
}

export interface Problem {
  /** What the code means, as a section of docs/errors.md. */
  readonly type: string;
  /** The code in words, the same each time. */
  readonly title: string;
  readonly status: number;
  /** What happened this time, where and why. */
  readonly detail: string;
  /** The path that was asked for. */
  readonly instance: string;
  readonly code: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The field, the line or the thing that is wrong. */
  readonly where?: string;
}

/** Every operation by its method and path: what stands in its path and its query, what is posted, what it answers. */
export interface Operations {
  /** Assets in order of their URI */
  readonly "GET /v1/assets": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Part of the URI. */
      readonly search?: string;
      readonly owner?: string;
      readonly tag?: string;
      readonly group?: string;
      readonly freshness?: "fresh" | "stale" | "unknown";
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: AssetPage;
  };
  /** One asset */
  readonly "GET /v1/assets/{asset}": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: Asset;
  };
  /** Events of an asset, the newest first */
  readonly "GET /v1/assets/{asset}/events": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: {
      /** Empty: those without a partition. */
      readonly partition?: string;
      readonly since?: string;
      /** Accepted before. */
      readonly until?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: AssetEventPage;
  };
  /** Publish events */
  readonly "POST /v1/events": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: PostedEvent | readonly PostedEvent[] | CloudEvent | readonly CloudEvent[];
    readonly answer: Accepted;
  };
}
