import type { Events, Order } from "../order.ts";
import type { Cell } from "../state.ts";
import type { Leaf } from "./leaf.ts";

/**
 * One node of a condition. Its whole meaning stands in these functions; what it remembers stands in the cells of its leaves,
 * so a node has no state of its own and an edit of the condition around a leaf loses nothing.
 */
export interface Node {
  /** As a person would write it: `all(s3://lake/a, s3://lake/b)`. */
  readonly text: string;
  readonly kind: string;
  readonly children: readonly Node[];
  /** Leaves below, without those of `unless`. */
  readonly leaves: readonly Leaf[];
  /** The earliest point at which the node is due, given what the view shows; null if it is not. */
  filled(view: View): Order | null;
  /** The oldest event that a run would take. Asked only when the node is due. */
  oldest(view: View): Order | null;
  /** Adds what a run takes. Asked only when the node is due. */
  take(view: View, mode: Mode, into: Taking): void;
}

export type Mode = "batch" | "each" | "latest";

/** What a node sees: a cell, within bounds of event time and acceptance. */
export interface View {
  readonly cell: Cell | undefined;
  /** What leaves on unpartitioned assets gathered for all partitions. */
  readonly shared: Cell | undefined;
  readonly partition: string | null;
  readonly events: Events;
  readonly now: number;
  /** Only what comes after this point, set by a sequence. */
  readonly after: Order | null;
  /** Only what comes up to this point, set by a sequence. */
  readonly until: Order | null;
  /** Only events of this span, set by a `within`. Ticks and silences have no event time, so they do not count for it. */
  readonly span: Span | null;
  /** The last un-pausing of the DAG: silence counts from there. */
  readonly silentSince: number;
}

export interface Span {
  /** Earliest event time, included. */
  readonly from: number;
  /** Last event, included. */
  readonly to: Order;
}

/** What a run takes, gathered from the leaves. */
export interface Taking {
  /** By leaf. An event may stand in several leaves; a run has it once. */
  readonly events: Map<Leaf, Set<number>>;
  readonly seqs: Set<number>;
  /** `keep` leaves whose events the run refers to. */
  readonly references: Set<number>;
  /** Cells whose tick or silence took part. */
  readonly ticks: LeafPlace[];
  readonly silences: LeafPlace[];
  /** Older events that mode `latest` lets go of. */
  readonly superseded: { leaf: Leaf; seq: number }[];
  /** Leaves of a sequence let go of what is older than the point. */
  readonly outOfOrder: { leaf: Leaf; cell: Cell | undefined; before: Order }[];
}

export interface LeafPlace {
  readonly leaf: Leaf;
  readonly cell: Cell | undefined;
}

export function createTaking(): Taking {
  return { events: new Map(), seqs: new Set(), references: new Set(), ticks: [], silences: [], superseded: [], outOfOrder: [] };
}

export function takeEvent(into: Taking, leaf: Leaf, seq: number): void {
  const seqs = into.events.get(leaf);
  if (seqs === undefined) into.events.set(leaf, new Set([seq]));
  else seqs.add(seq);
  into.seqs.add(seq);
}

/** True if the run would use something up. A condition that only refers to kept events starts nothing. */
export function usesSomething(taking: Taking): boolean {
  return taking.seqs.size > 0 || taking.ticks.length > 0 || taking.silences.length > 0;
}

export function leavesOf(children: readonly Node[]): Leaf[] {
  return children.flatMap((child) => child.leaves);
}

export function bounded(view: View, after: Order | null, until: Order | null): View {
  return { ...view, after, until };
}
