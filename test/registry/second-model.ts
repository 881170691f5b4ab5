/**
 * A second model of a consumer, written the slow and obvious way from docs/semantics.md: it looks at every minute, copies sets, and
 * knows nothing of the machine in registry/. It covers conditions of assets with filters and counts, `all`, `any`, `atLeast`, `sequence`,
 * `within`, `unless` and `by`, and most policies. Instants are whole minutes since the beginning.
 */
export type ModelNode =
  | { readonly asset: string; readonly min?: number; readonly count?: number }
  | { readonly all: readonly ModelNode[]; readonly within?: number; readonly unless?: string }
  | { readonly any: readonly ModelNode[]; readonly within?: number; readonly unless?: string }
  | { readonly atLeast: number; readonly of: readonly ModelNode[]; readonly within?: number; readonly unless?: string }
  | { readonly sequence: readonly ModelNode[]; readonly within?: number; readonly unless?: string };

export interface ModelPolicy {
  readonly mode: "batch" | "each" | "latest";
  readonly max?: number;
  readonly wait?: number;
  readonly debounce?: { readonly quiet: number; readonly max: number };
  readonly throttle?: { readonly limit: number; readonly per: number };
  readonly total: number;
  readonly whenPaused?: "hold" | "drop" | "latest";
  readonly expireAfter?: number;
  readonly maxPending?: number;
  readonly duration: number;
}

export interface ModelEvent {
  readonly id: string;
  readonly asset: string;
  readonly n: number;
  readonly key: string;
  readonly time: number;
}

export type ModelInput = { readonly event: ModelEvent } | { readonly pause: true } | { readonly resume: true };

export interface ModelResult {
  /** `key@minute ids` in the order of their start. */
  readonly runs: readonly string[];
  /** By `key id`. */
  readonly fates: ReadonlyMap<string, string>;
}

/** An accepted event; `seq` is the order of acceptance. */
interface Held extends ModelEvent {
  readonly at: number;
  readonly seq: number;
}

type Leaf = Extract<ModelNode, { asset: string }>;
/** What each leaf of one key has pending. A condition names a leaf by its object. */
type Gathered = Map<Leaf, Held[]>;
interface Taken {
  readonly events: Set<Held>;
  readonly superseded: [Leaf, Held][];
  /** Sequences that a match was taken from, and its first event: what is older goes, also outside of a span. */
  readonly outOfOrder: [Leaf, before: Held][];
}

const older = (a: Held, b: Held): number => a.time - b.time || a.seq - b.seq;
const children = (node: ModelNode): readonly ModelNode[] =>
  "asset" in node ? [] : "all" in node ? node.all : "any" in node ? node.any : "of" in node ? node.of : node.sequence;
const leavesOf = (node: ModelNode): Leaf[] => ("asset" in node ? [node] : children(node).flatMap(leavesOf));
const nothing = (): Taken => ({ events: new Set(), superseded: [], outOfOrder: [] });
const where = (gathered: Gathered, test: (held: Held) => boolean): Gathered => new Map([...gathered].map(([leaf, list]) => [leaf, list.filter(test)]));
const pendingOf = (node: ModelNode, gathered: Gathered): Held[] => [...new Set(leavesOf(node).flatMap((leaf) => gathered.get(leaf) ?? []))].sort(older);

/** The set of a `within` that ends newest: what lies in the span up to the newest event that makes the node due; null if none does. */
function spanOf(node: ModelNode, gathered: Gathered): Gathered | null {
  const { within } = node as { readonly within?: number };
  if (within === undefined) return gathered;
  for (const end of pendingOf(node, gathered).reverse()) {
    const inside = where(gathered, (held) => held.time >= end.time - within && older(held, end) <= 0);
    if (isFilled(node, inside)) return inside;
  }
  return null;
}

function isDue(node: ModelNode, gathered: Gathered): boolean {
  const inside = spanOf(node, gathered);
  return inside !== null && isFilled(node, inside);
}

function isFilled(node: ModelNode, gathered: Gathered): boolean {
  if ("asset" in node) return (gathered.get(node)?.length ?? 0) >= (node.count ?? 1);
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
  const list = [...(gathered.get(first) ?? [])].sort(older);
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

function take(node: ModelNode, all: Gathered, mode: ModelPolicy["mode"]): Taken {
  const gathered = spanOf(node, all) ?? all;
  const taken = nothing();
  const add = (from: ModelNode): void => {
    const one = take(from, gathered, mode);
    for (const held of one.events) taken.events.add(held);
    taken.superseded.push(...one.superseded);
    taken.outOfOrder.push(...one.outOfOrder);
  };
  if ("asset" in node) {
    const list = [...(gathered.get(node) ?? [])].sort(older);
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
    for (const held of gathered.get(leaf) ?? []) {
      if (taken.events.has(held)) continue;
      if (mode === "latest" && older(held, last) < 0) taken.superseded.push([leaf, held]);
      else if (mode === "batch" && older(held, first) > 0 && older(held, last) < 0) taken.events.add(held);
    }
  }
}

/** What a run takes: of a batch at most `max`, first what the condition needs, then the oldest. */
function takeCapped(node: ModelNode, gathered: Gathered, { mode, max = 1_000 }: ModelPolicy): Taken {
  const all = take(node, gathered, mode);
  if (mode !== "batch" || all.events.size <= max) return all;
  const needed = take(node, gathered, "each").events;
  const others = [...all.events].filter((held) => !needed.has(held)).sort(older);
  return { ...all, events: new Set([...needed, ...others.slice(0, Math.max(0, max - needed.size))]) };
}

export function secondModel(
  on: ModelNode & { readonly by?: boolean },
  policy: ModelPolicy,
  inputs: ReadonlyMap<number, readonly ModelInput[]>,
  minutes: number,
): ModelResult {
  const leaves = leavesOf(on);
  const keys = new Map<string, Gathered>();
  const dueSince = new Map<string, number>();
  const newestTaken = new Map<string, Held>();
  const fates = new Map<string, string>();
  const runs: string[] = [];
  let running: { key: string; end: number }[] = [];
  let starts: number[] = [];
  let paused: { seq: number } | null = null;
  let seq = 0;

  const isHeld = (key: string, held: Held): boolean => [...(keys.get(key) ?? new Map()).values()].some((list: Held[]) => list.includes(held));
  const remove = (key: string, leaf: Leaf, held: Held, fate: string): void => {
    const gathered = keys.get(key);
    const list = gathered?.get(leaf) ?? [];
    if (!list.includes(held)) return;
    gathered?.set(
      leaf,
      list.filter((one) => one !== held),
    );
    if (!isHeld(key, held)) fates.set(`${key} ${held.id}`, fate);
  };
  const letGo = (key: string, from: readonly Leaf[], test: (held: Held) => boolean, fate: string): void => {
    for (const leaf of from) for (const held of keys.get(key)?.get(leaf) ?? []) if (test(held)) remove(key, leaf, held, fate);
  };

  /** A match that went is due no longer, whatever comes after it in the same instant. */
  const forgetDue = (key: string): void => {
    if (!isDue(on, keys.get(key) ?? new Map())) dueSince.delete(key);
  };

  function clear(event: ModelEvent, node: ModelNode, cleared: Set<Leaf>): void {
    const { unless } = node as { readonly unless?: string };
    if (unless === event.asset) {
      letGo(event.key, leavesOf(node), () => true, `dropped(unless s3://lake/${unless})`);
      for (const leaf of leavesOf(node)) cleared.add(leaf);
      forgetDue(event.key);
    }
    for (const child of children(node)) clear(event, child, cleared);
  }

  function accept(event: ModelEvent, now: number): void {
    seq += 1;
    const held: Held = { ...event, at: now, seq };
    const name = `${event.key} ${event.id}`;
    const cleared = new Set<Leaf>();
    clear(event, on, cleared);
    const named = leaves.filter((leaf) => leaf.asset === event.asset);
    const mine = named.filter((leaf) => event.n >= (leaf.min ?? 0) && !cleared.has(leaf));
    const resets = cleared.size > 0;
    if (named.length === 0 && !resets) return;
    if (mine.length === 0) {
      fates.set(name, resets ? "filtered(reset)" : "filtered(where)");
      return;
    }
    const newest = newestTaken.get(`${event.key} ${event.asset}`);
    if (paused !== null && policy.whenPaused === "drop") fates.set(name, "dropped(paused)");
    else if (policy.mode === "latest" && newest !== undefined && older(held, newest) < 0) fates.set(name, "superseded");
    else {
      const gathered: Gathered = keys.get(event.key) ?? new Map();
      keys.set(event.key, gathered);
      for (const leaf of mine) gathered.set(leaf, [...(gathered.get(leaf) ?? []), held]);
      fates.set(name, "pending");
      overflow();
    }
  }

  function overflow(): void {
    const everything = [...keys].flatMap(([key, gathered]) => [...new Set([...gathered.values()].flat())].map((held) => ({ key, held })));
    if (policy.maxPending === undefined || everything.length <= policy.maxPending) return;
    const [oldest] = everything.sort((a, b) => older(a.held, b.held));
    if (oldest !== undefined) letGo(oldest.key, leaves, (held) => held === oldest.held, "dropped(overflow)");
  }

  function resume(): void {
    if (paused === null) return;
    const { seq: before } = paused;
    paused = null;
    if (policy.whenPaused !== "latest") return;
    for (const [key, gathered] of keys) {
      for (const leaf of leaves) {
        const meanwhile = (gathered.get(leaf) ?? []).filter((held) => held.seq > before).sort(older);
        for (const held of meanwhile.slice(0, -1)) remove(key, leaf, held, "superseded");
      }
    }
  }

  function isReady(key: string, taken: Taken, now: number): boolean {
    const accepted = [...taken.events].map(({ at }) => at);
    const { debounce, max = 1_000, mode, wait } = policy;
    if (debounce !== undefined && now < Math.min((dueSince.get(key) ?? now) + debounce.max, Math.max(...accepted) + debounce.quiet)) return false;
    return mode !== "batch" || wait === undefined || accepted.length >= max || now >= Math.min(...accepted) + wait;
  }

  /** Starts the run whose oldest event is oldest, if there is one that may start. */
  function startOne(now: number): boolean {
    const ready: { key: string; taken: Taken; oldest: Held }[] = [];
    for (const [key, gathered] of keys) {
      if (!isDue(on, gathered)) {
        dueSince.delete(key);
        continue;
      }
      if (!dueSince.has(key)) dueSince.set(key, now);
      const taken = takeCapped(on, gathered, policy);
      const [oldest] = [...take(on, gathered, "each").events].sort(older);
      const busy = running.filter((run) => run.key === key).length >= (on.by === true ? 1 : policy.total);
      if (oldest !== undefined && !busy && isReady(key, taken, now)) ready.push({ key, taken, oldest });
    }
    starts = starts.filter((at) => policy.throttle !== undefined && at > now - policy.throttle.per);
    const throttled = policy.throttle !== undefined && starts.length >= policy.throttle.limit;
    const [next] = ready.sort((a, b) => older(a.oldest, b.oldest));
    if (next === undefined || paused !== null || throttled || running.length >= policy.total) return false;
    start(next.key, next.taken, now);
    return true;
  }

  function start(key: string, { events, outOfOrder, superseded }: Taken, now: number): void {
    const list = [...events].sort(older);
    for (const leaf of leaves) for (const held of list) remove(key, leaf, held, "consumed");
    for (const [leaf, held] of superseded) remove(key, leaf, held, "superseded");
    for (const [leaf, first] of outOfOrder) letGo(key, [leaf], (held) => older(held, first) < 0, "dropped(out of order)");
    for (const held of list) {
      const name = `${key} ${held.asset}`;
      const before = newestTaken.get(name);
      if (before === undefined || older(before, held) < 0) newestTaken.set(name, held);
    }
    dueSince.delete(key);
    runs.push(`${key}@${now} ${list.map(({ id }) => id).join(",")}`);
    running.push({ key, end: now + policy.duration });
    starts.push(now);
  }

  function expire(now: number): void {
    for (const [key, gathered] of keys) {
      if (policy.expireAfter !== undefined) letGo(key, leaves, (held) => held.at + (policy.expireAfter as number) <= now, "expired(expireAfter)");
      const complete = new Set<Held>();
      let rest = where(gathered, () => true);
      while (isDue(on, rest)) {
        const { events } = takeCapped(on, rest, policy);
        for (const held of events) complete.add(held);
        rest = where(rest, (held) => !events.has(held));
      }
      expireWithin(key, on, Number.POSITIVE_INFINITY, complete, now);
      forgetDue(key);
    }
  }

  function expireWithin(key: string, node: ModelNode, outer: number, complete: ReadonlySet<Held>, now: number): void {
    const span = Math.min(outer, (node as { readonly within?: number }).within ?? outer);
    if ("asset" in node) letGo(key, [node], (held) => held.time + span <= now && !complete.has(held), "expired(within)");
    else for (const child of children(node)) expireWithin(key, child, span, complete, now);
  }

  for (let now = 0; now <= minutes; now += 1) {
    running = running.filter((run) => run.end > now);
    for (const input of inputs.get(now) ?? []) {
      if ("event" in input) accept(input.event, now);
      else if ("resume" in input) resume();
      else paused ??= { seq };
    }
    while (startOne(now)) running = running.filter((run) => run.end > now);
    expire(now);
  }
  return { runs, fates };
}
