import type { AnyLeaf } from "../authoring/leaf.ts";
import type { Cause } from "../run.ts";
import type { Connector } from "./connection.ts";
import type { Log } from "./log.ts";
import type { Publication } from "./publication.ts";

/** The second parameter of `publish`: may be left out where nothing in it is required. */
type PublicationPart<A> = Record<never, never> extends Publication<A> ? [publication?: Publication<A>] : [publication: Publication<A>];

/** The run that a task belongs to. */
export interface RunContext {
  /** The workflow id. */
  readonly id: string;
  readonly dag: string;
  /** Why the run exists. */
  readonly cause: Cause;
}

/** The span of time that a run is about: `start` is inside, `end` is not. ISO 8601 in UTC. */
export interface Interval {
  readonly start: string;
  readonly end: string;
}

/**
 * What a handler gets besides its input. `O` are the outlets of the task, `P` the parameters of the DAG.
 */
export interface TaskContext<O = AnyLeaf, P = unknown> {
  readonly run: RunContext;
  /** The slice that this run makes; null in a run without one. */
  readonly partition: string | null;
  /** The span of the partition, or between two ticks of a DAG's cron; null for a run that is about no span. */
  readonly interval: Interval | null;
  /** The day of the interval's start in the partition's time zone, as `2026-01-01`. */
  readonly ds: string | null;
  /** Checked and completed by the DAG's `params` schema. */
  readonly params: P;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the run is cancelled, the attempt times out or the worker stops. Hand it to everything that waits. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * Adds an event to what the task publishes when it succeeds; nothing is published if it fails. The partition defaults to the run's.
   * Throws `E_OUTLET_UNDECLARED`, `E_EVENT_DATA`, `E_EVENT_PARTITION`.
   */
  publish<A extends O>(asset: A, ...publication: PublicationPart<A>): void;
  /** Says that an outlet was looked at and did not change: nothing is published, and that is no mistake. */
  unchanged(asset: O): void;
  /** The pooled client behind a named connection; it is closed with the worker. Throws `E_CONNECTION`. */
  connection<Client>(connector: Connector<Client>): Promise<Client>;
  /** Ends the task as `skipped` with a reason, and what follows by its trigger rules. */
  skip(why: string): never;
}

/** What the handler of a map gets besides its item. */
export interface ItemContext<O = AnyLeaf, P = unknown> extends TaskContext<O, P> {
  /** The item's place in the list, from 0. */
  readonly index: number;
}
