import { LIMITS } from "../../core/limits.ts";

/** Where a table watcher stands. As `startAt` it needs only its first field: `{ timestamp: "2026-11-23T00:00:00Z" }`. */
export type TableCursor = (XidPosition | TimestampPosition | SequencePosition) & {
  /** The server that the position belongs to: `system identifier/timeline/table`, each `-` if it is not to be known. */
  readonly server?: string;
  /** Rows up to this version may be among those that existed at the beginning; the seen set knows. */
  readonly known?: string;
};

/** Everything up to this transaction and key is done. Without a key, the transaction itself is not. */
export interface XidPosition {
  readonly xid: string;
  readonly key?: readonly string[];
}

/** Everything up to this instant and key is done. Without a key, the instant itself is not. */
export interface TimestampPosition {
  /** ISO 8601, to the microsecond. */
  readonly timestamp: string;
  readonly key?: readonly string[];
}

/** Everything up to this number is done, but for the holes. */
export interface SequencePosition {
  readonly sequence: string;
  /** Ranges of numbers that a transaction may still hold, ascending, both ends included. */
  readonly holes?: readonly (readonly [string, string])[];
}

export interface TableRow {
  /** The column that is followed, as text. */
  readonly version: string;
  readonly key: readonly string[];
  readonly values: readonly unknown[];
}

export interface Page<P> {
  readonly rows: readonly TableRow[];
  readonly position: P;
  /** When to look again: `soon` if something that is there could not be read yet. */
  readonly next: "now" | "soon" | "later";
  /** To be called when the rows are committed. */
  readonly committed?: () => void;
}

/** One way of following a table. Its memory ends with the session; the position is all that it needs. */
export interface Follower<P> {
  /** Where to begin, and rows that exist although the position does not have them behind it. */
  begin(startAt: "now" | "beginning"): Promise<{ readonly position: P; readonly known: readonly TableRow[] }>;
  page(position: P): Promise<Page<P>>;
  /** True if no row up to `version` can come any more. */
  isPast(position: P, version: string): boolean;
}

/** Rows of one page: as many as one batch takes. */
export const PAGE = LIMITS.batchEvents;
