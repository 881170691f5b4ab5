import type { ModelEvent, ModelNode, ModelPolicy, Sign } from "./game.ts";

/** An accepted event; `seq` is the order of acceptance. */
export interface Held extends ModelEvent {
  readonly at: number;
  readonly seq: number;
}

export type Leaf = Extract<ModelNode, { asset: string }>;
/** What each leaf of one key has pending. A condition names a leaf by its object. */
export type Pending = Map<Leaf, Held[]>;
export interface Gathered {
  readonly pending: Pending;
  readonly signs: ReadonlySet<Sign>;
}
export interface Taken {
  readonly events: Set<Held>;
  readonly signs: Set<Sign>;
  readonly superseded: [Leaf, Held][];
  /** Sequences that a match was taken from, and its first event: what is older goes, also outside of a span. */
  readonly outOfOrder: [Leaf, before: Held][];
}

type Ordered = Pick<Held, "time" | "seq">;
/** The order of events: by their time, then by acceptance. */
export const older = (a: Ordered, b: Ordered): number => a.time - b.time || a.seq - b.seq;
const isSign = (node: ModelNode): node is Sign => "kept" in node || "every" in node || "absent" in node;
export const children = (node: ModelNode): readonly ModelNode[] =>
  isSign(node) || "asset" in node ? [] : "all" in node ? node.all : "any" in node ? node.any : "of" in node ? node.of : node.sequence;
export const leavesOf = (node: ModelNode): Leaf[] => ("asset" in node ? [node] : children(node).flatMap(leavesOf));
export const signsOf = (node: ModelNode): Sign[] => (isSign(node) ? [node] : children(node).flatMap(signsOf));
const nothing = (): Taken => ({ events: new Set(), signs: new Set(), superseded: [], outOfOrder: [] });
export const where = ({ pending, signs }: Gathered, test: (held: Held) => boolean): Gathered => ({
  pending: new Map([...pending].map(([leaf, list]) => [leaf, list.filter(test)])),
  signs,
});
const pendingOf = (node: ModelNode, { pending }: Gathered): Held[] => [...new Set(leavesOf(node).flatMap((leaf) => pending.get(leaf) ?? []))].sort(older);

/** The set of a `within` that ends newest: what lies in the span up to the newest event that makes the node due; null if none does. */
function spanOf(node: ModelNode, gathered: Gathered): Gathered | null {
  const { within } = node as { readonly within?: number };
  if (within === undefined) return gathered;
  for (const end of pendingOf(node, gathered).reverse()) {
    const inside = where(gathered, (held) => held.time >= end.time - within && older(held, end) <= 0);
    if (isFilled(node, inside)) return inside;
  }
  // A sign has no time: without an event it is in any span.
  const none = where(gathered, () => false);
  return isFilled(node, none) ? none : null;
}

export function isDue(node: ModelNode, gathered: Gathered): boolean {
  const inside = spanOf(node, gathered);
  return inside !== null && isFilled(node, inside);
}

function isFilled(node: ModelNode, gathered: Gathered): boolean {
  if (isSign(node)) return gathered.signs.has(node);
  if ("asset" in node) return (gathered.pending.get(node)?.length ?? 0) >= (node.count ?? 1);
  if ("all" in node) return node.all.every((child) => isDue(child, gathered));
  if ("any" in node) return node.any.some((child) => isDue(child, gathered));
  if ("of" in node) return node.of.filter((child) => isDue(child, gathered)).length >= node.atLeast;
  return filling(node.sequence, gathered) !== null;
}

/** The events of each position, which are leaves: the earliest for the first, then for the next. */
function filling(positions: readonly ModelNode[], gathered: Gathered, choose: "earliest" | "newest" = "earliest"): Held[][] | null {
  const [first, ...rest] = positions as readonly Leaf[];
  if (first === undefined) return [];
  const { count = 1 } = first;
  const list = [...(gathered.pending.get(first) ?? [])].sort(older);
  // All ways to choose `count` events that follow one another in the leaf, from the earliest or from the newest on.
  const starts = list.map((_, index) => index).filter((index) => index + count <= list.length);
  for (const start of choose === "earliest" ? starts : starts.reverse()) {
    const chosen = list.slice(start, start + count);
    const last = chosen.at(-1) as Held;
    const others = filling(
      rest,
      where(gathered, (held) => older(held, last) > 0),
      choose,
    );
    if (others !== null) return [chosen, ...others];
  }
  return null;
}

export function take(node: ModelNode, all: Gathered, mode: ModelPolicy["mode"]): Taken {
  const gathered = spanOf(node, all) ?? all;
  const taken = nothing();
  const add = (from: ModelNode): void => {
    const one = take(from, gathered, mode);
    for (const held of one.events) taken.events.add(held);
    for (const sign of one.signs) taken.signs.add(sign);
    taken.superseded.push(...one.superseded);
    taken.outOfOrder.push(...one.outOfOrder);
  };
  if (isSign(node)) taken.signs.add(node);
  else if ("asset" in node) {
    const list = [...(gathered.pending.get(node) ?? [])].sort(older);
    const { count = 1 } = node;
    const chosen = mode === "batch" ? list : mode === "each" ? list.slice(0, count) : list.slice(-count);
    for (const held of chosen) taken.events.add(held);
    if (mode === "latest") taken.superseded.push(...list.slice(0, -count).map((held): [Leaf, Held] => [node, held]));
  } else if ("sequence" in node) takeSequence(node, gathered, mode, taken);
  else if ("all" in node) for (const child of node.all) add(child);
  else {
    const due = children(node).filter((child) => isDue(child, gathered));
    const oldestOf = (child: ModelNode): Held => [...take(child, gathered, "each").events].sort(older)[0] as Held;
    if (mode === "each") due.sort((a, b) => older(oldestOf(a), oldestOf(b))).splice("any" in node ? 1 : (node as { atLeast: number }).atLeast);
    for (const child of due) add(child);
  }
  return taken;
}

function takeSequence(node: Extract<ModelNode, { sequence: unknown }>, gathered: Gathered, mode: ModelPolicy["mode"], taken: Taken): void {
  const match = (filling(node.sequence, gathered, mode === "latest" ? "newest" : "earliest") ?? []).flat();
  const [first, last] = [match[0] as Held, match.at(-1) as Held];
  for (const held of match) taken.events.add(held);
  for (const leaf of leavesOf(node)) {
    if (mode !== "latest") taken.outOfOrder.push([leaf, first]);
    for (const held of gathered.pending.get(leaf) ?? []) {
      if (taken.events.has(held)) continue;
      if (mode === "latest" && older(held, last) < 0) taken.superseded.push([leaf, held]);
      else if (mode === "batch" && older(held, first) > 0 && older(held, last) < 0) taken.events.add(held);
    }
  }
}

/** What a run takes: of a batch at most `max`, first what the condition needs, then the oldest. */
export function takeCapped(node: ModelNode, gathered: Gathered, { mode, max = 1_000 }: ModelPolicy): Taken {
  const all = take(node, gathered, mode);
  if (mode !== "batch" || all.events.size <= max) return all;
  const needed = take(node, gathered, "each").events;
  const others = [...all.events].filter((held) => !needed.has(held)).sort(older);
  return { ...all, events: new Set([...needed, ...others.slice(0, Math.max(0, max - needed.size))]) };
}
