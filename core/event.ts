import type { Json, JsonObject } from "./json.ts";

/** An event as anyone may send it: the input of the `assetUpdated` signal. Only `asset` is required. */
export interface EventInput {
  /** The asset's URI, or the concrete URI of one of its partitions. */
  readonly asset: string;
  /** Unique within `source`; the same pair again is a duplicate. Default: new each time. */
  readonly id?: string;
  /** Who says it. Default `"external"`. */
  readonly source?: string;
  /** When it happened, ISO 8601 with a zone. Default: when it was accepted. */
  readonly time?: string;
  readonly partition?: string | null;
  readonly data?: JsonObject;
  /** Groups that this event counts for besides those of its asset. */
  readonly groups?: readonly string[];
  /** How many runs lie between this event and the outside world. Default 0. */
  readonly hops?: number;
  /** The span that it comes from, as W3C Trace Context writes it. What is none is left out. */
  readonly traceparent?: string;
  /** Who published it by the API: a token or a person. Only what comes with a number says it; a raw signal may not. */
  readonly by?: string;
  /** Why it is put aside: it breaks the contract of its asset. No condition hears of it until a person releases it. */
  readonly quarantine?: string;
}

/** One accepted event: immutable, unique by (source, id). Instants are milliseconds since 1970-01-01T00:00Z. */
export interface AssetEvent {
  /** Order of acceptance in this registry: 1, 2, 3, ... */
  readonly seq: number;
  /** The asset's normalised identity. */
  readonly asset: string;
  readonly source: string;
  readonly id: string;
  readonly time: number;
  /** When the registry accepted it. */
  readonly at: number;
  readonly partition: string | null;
  readonly data: JsonObject;
  readonly groups?: readonly string[];
  readonly hops: number;
  /** Workflow id of the run that published it, for outlets. */
  readonly run?: string;
  /** The span that it comes from: `00-<trace>-<span>-<flags>`. */
  readonly traceparent?: string;
  /** Who published it by the API: `token:ci`, `ada`. */
  readonly by?: string;
}

/** An accepted event as a task receives it in `needs`. */
export interface ConsumedEvent<D = Json, K = string | null> {
  readonly asset: string;
  readonly id: string;
  readonly source: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly partition: K;
  readonly data: D;
}

/** The three fields that name an event to a person. */
export interface EventRef {
  readonly asset: string;
  readonly source: string;
  readonly id: string;
}
