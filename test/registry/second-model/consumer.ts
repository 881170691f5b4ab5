import {
  children,
  type Gathered,
  type Held,
  isDue,
  type Leaf,
  leavesOf,
  older,
  type Pending,
  signsOf,
  type Taken,
  take,
  takeCapped,
  where,
} from "./condition.ts";
import type { ModelEvent, ModelInput, ModelNode, ModelPolicy, ModelResult, Sign } from "./game.ts";

/**
 * A second model of a consumer, written the slow and obvious way from docs/semantics.md: it looks at every minute, copies sets, and
 * knows nothing of the machine in registry/. It covers conditions of assets with filters, counts, `changed` and `keep`, `all`, `any`,
 * `atLeast`, `sequence`, `every`, `absent`, `within`, `unless` and `by`, and most policies. Instants are whole minutes since the beginning.
 */
export function secondModel(
  on: ModelNode & { readonly by?: boolean },
  policy: ModelPolicy,
  inputs: ReadonlyMap<number, readonly ModelInput[]>,
  minutes: number,
): ModelResult {
  const leaves = leavesOf(on);
  const keys = new Map<string, Pending>();
  /** By key: what `keep` refers to, the clocks that have ticked, the silences that have lasted. */
  const kept = new Map<string, Map<Sign, Held>>();
  const ticked = new Map<string, Set<Sign>>();
  const silent = new Set<Sign>();
  const heardAt = new Map<Sign, number>();
  /** By key and leaf: the last value that a leaf with `changed` saw. */
  const lastSeen = new Map<string, number>();
  const dueSince = new Map<string, number>();
  const newestTaken = new Map<string, Held>();
  const fates = new Map<string, string>();
  const runs: string[] = [];
  let running: { key: string; end: number }[] = [];
  let starts: number[] = [];
  let paused: { seq: number } | null = null;
  let seq = 0;

  const isHeld = (key: string, held: Held): boolean => [...(keys.get(key) ?? new Map()).values()].some((list: Held[]) => list.includes(held));
  const gatheredOf = (key: string): Gathered => ({
    pending: keys.get(key) ?? new Map(),
    signs: new Set([...(kept.get(key)?.keys() ?? []), ...(ticked.get(key) ?? []), ...silent]),
  });
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
    if (!isDue(on, gatheredOf(key))) dueSince.delete(key);
  };

  function clear(event: ModelEvent, node: ModelNode, cleared: Set<Leaf>): void {
    const { unless } = node as { readonly unless?: string };
    if (unless === event.asset) {
      letGo(event.key, leavesOf(node), () => true, `dropped(unless s3://lake/${unless})`);
      for (const leaf of leavesOf(node)) cleared.add(leaf);
      for (const sign of signsOf(node)) ticked.get(event.key)?.delete(sign);
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
    const passing = named.filter((leaf) => event.n >= (leaf.min ?? 0) && !cleared.has(leaf));
    const mine = passing.filter((leaf) => leaf.changed !== true || isNews(leaf, event));
    const keeping = signsOf(on).filter((sign) => "kept" in sign && sign.kept === event.asset && event.n >= (sign.min ?? 0));
    const known = named.length > 0 || signsOf(on).some((sign) => "kept" in sign && sign.kept === event.asset);
    const resets = breaksSilence(event, now) || cleared.size > 0;
    if (!known && !resets) return;
    if (mine.length === 0 && keeping.length === 0) {
      fates.set(name, resets ? "filtered(reset)" : passing.length > 0 ? "filtered(unchanged)" : "filtered(where)");
      return;
    }
    if (paused !== null && policy.whenPaused === "drop") {
      fates.set(name, "dropped(paused)");
      return;
    }
    fates.set(name, "pending");
    if (keeping.length > 0) keep(keeping, held);
    if (mine.length === 0) return;
    const newest = newestTaken.get(`${event.key} ${event.asset}`);
    if (policy.mode === "latest" && newest !== undefined && older(held, newest) < 0) fates.set(name, "superseded");
    else {
      const pending: Pending = keys.get(event.key) ?? new Map();
      keys.set(event.key, pending);
      for (const leaf of mine) pending.set(leaf, [...(pending.get(leaf) ?? []), held]);
      overflow();
    }
  }

  /** The first value counts, and each that differs from the one before. */
  function isNews(leaf: Leaf, { key, n }: ModelEvent): boolean {
    const name = `${key} ${leaves.indexOf(leaf)}`;
    const differs = lastSeen.get(name) !== n;
    lastSeen.set(name, n);
    return differs;
  }

  /** Only the newest is kept; one that no run referred to has been in vain. */
  function keep(signs: readonly Sign[], held: Held): void {
    const mine = kept.get(held.key) ?? new Map<Sign, Held>();
    kept.set(held.key, mine);
    const candidates = [held, ...mine.values()];
    for (const sign of signs) mine.set(sign, [held, ...(mine.has(sign) ? [mine.get(sign) as Held] : [])].sort(older).at(-1) as Held);
    for (const { id } of candidates.filter((one) => ![...mine.values()].includes(one)))
      if (fates.get(`${held.key} ${id}`) === "pending") fates.set(`${held.key} ${id}`, "superseded");
  }

  function breaksSilence(event: ModelEvent, now: number): boolean {
    const broken = signsOf(on).filter((sign) => "absent" in sign && sign.absent === event.asset && event.n >= (sign.min ?? 0));
    for (const sign of broken) hear(sign, now);
    return broken.length > 0;
  }

  function hear(sign: Sign, now: number): void {
    silent.delete(sign);
    heardAt.set(sign, now);
  }

  function tick(now: number): void {
    if (paused !== null && policy.whenPaused === "drop") return;
    const due = signsOf(on).filter((sign) => "every" in sign && now > 0 && (policy.epoch + now) % sign.every === 0);
    const here = on.by === true ? [...keys].filter(([, pending]) => [...pending.values()].some((list) => list.length > 0)).map(([key]) => key) : [""];
    for (const key of here) ticked.set(key, new Set([...(ticked.get(key) ?? []), ...due]));
  }

  function overflow(): void {
    const everything = [...keys].flatMap(([key, gathered]) => [...new Set([...gathered.values()].flat())].map((held) => ({ key, held })));
    if (policy.maxPending === undefined || everything.length <= policy.maxPending) return;
    const [oldest] = everything.sort((a, b) => older(a.held, b.held));
    if (oldest !== undefined) letGo(oldest.key, leaves, (held) => held === oldest.held, "dropped(overflow)");
  }

  function resume(now: number): void {
    if (paused === null) return;
    for (const sign of signsOf(on)) if ("absent" in sign) hear(sign, now);
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
    for (const key of keys.keys()) {
      const gathered = gatheredOf(key);
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

  function start(key: string, { events, signs, outOfOrder, superseded }: Taken, now: number): void {
    const list = [...events].sort(older);
    for (const sign of signs) {
      ticked.get(key)?.delete(sign);
      if ("absent" in sign) hear(sign, now);
    }
    const references = [...signs].flatMap((sign) => kept.get(key)?.get(sign) ?? []);
    for (const { id } of references) if (fates.get(`${key} ${id}`) === "pending") fates.set(`${key} ${id}`, "referenced");
    for (const leaf of leaves) for (const held of list) remove(key, leaf, held, "consumed");
    for (const [leaf, held] of superseded) remove(key, leaf, held, "superseded");
    for (const [leaf, first] of outOfOrder) letGo(key, [leaf], (held) => older(held, first) < 0, "dropped(out of order)");
    for (const held of list) {
      const name = `${key} ${held.asset}`;
      const before = newestTaken.get(name);
      if (before === undefined || older(before, held) < 0) newestTaken.set(name, held);
    }
    dueSince.delete(key);
    const referred = [...new Set(references)].sort(older).map(({ id }) => id);
    runs.push(`${key}@${now} ${list.map(({ id }) => id).join(",")} ~${referred.join(",")}`);
    running.push({ key, end: now + policy.duration });
    starts.push(now);
  }

  function expire(now: number): void {
    for (const key of keys.keys()) {
      if (policy.expireAfter !== undefined) letGo(key, leaves, (held) => held.at + (policy.expireAfter as number) <= now, "expired(expireAfter)");
      const complete = new Set<Held>();
      let rest = gatheredOf(key);
      while (isDue(on, rest)) {
        const { events, signs } = takeCapped(on, rest, policy);
        for (const held of events) complete.add(held);
        const { pending } = where(rest, (held) => !events.has(held));
        rest = { pending, signs: new Set([...rest.signs].filter((sign) => "kept" in sign || !signs.has(sign))) };
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
    tick(now);
    for (const input of inputs.get(now) ?? []) {
      if ("event" in input) accept(input.event, now);
      else if ("resume" in input) resume(now);
      else paused ??= { seq };
    }
    for (const sign of signsOf(on)) if ("absent" in sign && now >= (heardAt.get(sign) ?? 0) + sign.for) silent.add(sign);
    while (startOne(now)) running = running.filter((run) => run.end > now);
    expire(now);
  }
  return { runs, fates };
}
