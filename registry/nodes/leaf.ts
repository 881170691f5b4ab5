import type { AssetEvent } from "../../core/event.ts";
import type { Json } from "../../core/json.ts";
import { compareOrder, earlier, heldOf, lowerBound, type Order } from "../order.ts";
import type { Slices } from "../slices.ts";
import type { Cell, LeafCell } from "../state.ts";
import { orderOf, storedOf } from "../stretch.ts";
import type { Node, View } from "./node.ts";

/**
 * Where a condition meets the world: an asset, group or pattern whose events it gathers, or a clock. What it gathers stands in
 * cells under its number.
 */
export interface Leaf {
  readonly no: number;
  /** What survives an edit: kind, asset, filter, mapping, and the number among equal leaves. */
  readonly id: string;
  readonly text: string;
  /** When it was registered. */
  readonly since: number;
  /**
   * `gather`: its events are taken. `keep`: they count but are not used up. `unless`: they clear `carrier`.
   * `absent`: they break a silence. `tick`: a clock.
   */
  readonly role: "gather" | "keep" | "unless" | "absent" | "tick";
  readonly count: number;
  /** False for groups and patterns: they make no edge, and never see the events of the DAG's own runs. */
  readonly edge: boolean;
  /** Assets that it is about: one, or a test. */
  readonly selects: Selection;
  readonly filter: ((event: AssetEvent) => boolean) | null;
  /** Reads the value of `changed`. */
  readonly changed: ((event: AssetEvent) => Json | undefined) | null;
  /** Slices by asset; null if the asset is unpartitioned for this condition. */
  readonly slicesOf: (asset: string) => Slices | null;
  /** Inner `by` nodes above it, outermost first. */
  readonly scopes: readonly Scope[];
  /** Its events count for every partition. */
  readonly shared: boolean;
  /** Spans of the `within` nodes above it. */
  readonly spans: readonly number[];
  /** For a tick: the next one after an instant. */
  readonly next: ((after: number) => number | null) | null;
  /** A group or pattern that needs every member: those known now. */
  readonly members: (() => readonly string[]) | null;
}

export type Selection =
  | { readonly kind: "asset"; readonly asset: string }
  | { readonly kind: "group"; readonly group: string }
  | { readonly kind: "pattern"; readonly matches: (asset: string) => boolean }
  | { readonly kind: "clock" };

/** An inner `by`: its name in cells, and the key of an event; null if the event has none. */
export interface Scope {
  readonly name: string;
  readonly keyOf: (event: AssetEvent) => string | null;
}

const NONE: readonly number[] = [];

export function leafCell(view: View, leaf: Leaf): LeafCell | undefined {
  return (leaf.shared ? view.shared : view.cell)?.leaves[leaf.no];
}

export function ensureLeafCell(cell: Cell, leaf: Leaf): LeafCell {
  let found = cell.leaves[leaf.no];
  if (found === undefined) {
    found = {};
    cell.leaves[leaf.no] = found;
  }
  return found;
}

/** What the view shows of a leaf's pending events, oldest first. */
export function pendingIn(view: View, leaf: Leaf): readonly number[] {
  const pending = leafCell(view, leaf)?.pending ?? NONE;
  const { after, until, span, events } = view;
  if (after === null && until === null && span === null) return pending;
  let from = after === null ? 0 : lowerBound(pending, events, justAfter(after));
  let to = until === null ? pending.length : lowerBound(pending, events, justAfter(until));
  if (span !== null) {
    from = Math.max(from, lowerBound(pending, events, { time: span.from, seq: 0, at: 0 }));
    to = Math.min(to, lowerBound(pending, events, justAfter(span.to)));
  }
  return from === 0 && to === pending.length ? pending : pending.slice(from, Math.max(from, to));
}

/** How many pending events of a leaf are kept outside the state. */
export function storedIn(view: View, leaf: Leaf): number {
  const cell = leafCell(view, leaf);
  return cell?.stretches === undefined ? 0 : storedOf(cell);
}

function oldestIn(view: View, leaf: Leaf, pending: readonly number[]): Order | null {
  const [first] = pending;
  const held = first === undefined ? null : heldOf(view.events, first);
  const stretch = leafCell(view, leaf)?.stretches?.[0];
  return stretch === undefined ? held : earlier(held, orderOf(stretch.oldest));
}

function justAfter(point: Order): Order {
  return { time: point.time, seq: point.seq + 0.5, at: point.at };
}

/** A leaf whose events are taken: `asset`, `group`, `pattern`, with `where`, `count` and a mapping. */
export function createGatherNode(leaf: Leaf): Node {
  return {
    text: leaf.text,
    kind: leaf.selects.kind,
    children: [],
    leaves: [leaf],
    filled: (view) => {
      const pending = pendingIn(view, leaf);
      const stored = storedIn(view, leaf);
      if (pending.length + stored < leaf.count || !slicesAreThere(view, leaf)) return null;
      const needed = pending[leaf.count - 1];
      // What is kept outside is read before anything is taken, and no node that parks asks for the point itself.
      if (stored > 0 || needed === undefined) return oldestIn(view, leaf, pending);
      return leaf.members === null ? heldOf(view.events, needed) : allMembers(view, pending, leaf.members());
    },
    oldest: (view) => oldestIn(view, leaf, pendingIn(view, leaf)),
    take: (view, mode, into) => {
      const pending = pendingIn(view, leaf);
      const taken =
        mode === "batch"
          ? pending
          : mode === "latest"
            ? pending.slice(-leaf.count)
            : leaf.members === null
              ? pending.slice(0, leaf.count)
              : oldestOfEach(view, pending, leaf.count);
      let seqs = into.events.get(leaf);
      if (seqs === undefined) {
        seqs = new Set();
        into.events.set(leaf, seqs);
      }
      for (const seq of taken) {
        seqs.add(seq);
        into.seqs.add(seq);
      }
      if (mode === "latest") for (const seq of pending.slice(0, -leaf.count)) into.superseded.push({ leaf, seq });
    },
  };
}

/** Mappings that wait look at what was ever seen, consumed or not. */
function slicesAreThere(view: View, leaf: Leaf): boolean {
  if (leaf.selects.kind !== "asset") return true;
  const waits = leaf.slicesOf(leaf.selects.asset)?.waits ?? null;
  return waits === null || waits.progress(view.partition, leafCell(view, leaf)?.seen ?? [], view.now).met;
}

function allMembers(view: View, pending: readonly number[], members: readonly string[]): Order | null {
  if (members.length === 0) return null;
  const missing = new Set(members);
  for (const seq of pending) {
    const held = heldOf(view.events, seq);
    if (missing.delete(held.event.asset) && missing.size === 0) return held;
  }
  return null;
}

/** One of each member, and at least `count`. */
function oldestOfEach(view: View, pending: readonly number[], count: number): readonly number[] {
  const met = new Set<string>();
  const firsts = pending.filter((seq) => {
    const { asset } = heldOf(view.events, seq).event;
    return !met.has(asset) && met.add(asset);
  });
  const others = pending.filter((seq) => !firsts.includes(seq)).slice(0, Math.max(0, count - firsts.length));
  return [...firsts, ...others].sort((a, b) => compareOrder(heldOf(view.events, a), heldOf(view.events, b)));
}
