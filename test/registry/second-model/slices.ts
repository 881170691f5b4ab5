import { older } from "./condition.ts";

/**
 * A second model of a partitioned consumer, beside the one of keys in consumer.ts: which slices a mapping gives, what a slice waits for,
 * and what its run takes. Slices are minutes, as the clock is; a leaf reads the slices from `from` to `to` of its run's slice.
 */
export interface SliceLeaf {
  readonly asset: string;
  /** Slices that the run for K reads: K plus `from` to K plus `to`; without it the asset has none, and its events are for all slices. */
  readonly reads?: { readonly from: number; readonly to: number };
  /** How many of them must have been seen; at most so many minutes after the end of the run's slice. @default all of them */
  readonly wait?: { readonly atLeast?: number; readonly deadline?: number };
  /** Of an asset without slices: the newest one counts and is not used up. */
  readonly keep?: true;
}

/** Leaves of `all`, or groups of which one is enough. */
export type SliceRule = { readonly all: readonly (SliceLeaf | { readonly any: readonly SliceLeaf[] })[] };

export interface SlicePolicy {
  readonly mode: "batch" | "latest";
  readonly total: number;
  readonly duration: number;
}

export interface SliceEvent {
  readonly id: string;
  readonly asset: string;
  /** Null for an asset without slices. */
  readonly slice: number | null;
  readonly time: number;
}

interface Held extends SliceEvent {
  readonly seq: number;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, k) => from + k);

/** Runs as `slice@minute ids ~references`, and the last fate of each event by `slice id`; of one without a slice by ` id`. */
export function sliceModel(
  { all }: SliceRule,
  policy: SlicePolicy,
  events: ReadonlyMap<number, readonly SliceEvent[]>,
  minutes: number,
): { readonly runs: readonly string[]; readonly fates: ReadonlyMap<string, string> } {
  const leaves = all.flatMap((one) => ("any" in one ? one.any : [one]));
  /** What each leaf holds for each slice; under null what it holds for all of them. */
  const pending = new Map<SliceLeaf, Map<number | null, Held[]>>(leaves.map((leaf) => [leaf, new Map()]));
  const seen = new Map<SliceLeaf, Map<number, Set<number>>>(leaves.map((leaf) => [leaf, new Map()]));
  const newestTaken = new Map<string, Held>();
  const fates = new Map<string, string>();
  const runs: string[] = [];
  let kept: Held | undefined;
  let running: { readonly slice: number; readonly end: number }[] = [];
  let seq = 0;

  const place = (leaf: SliceLeaf, slice: number): number | null => (leaf.reads === undefined ? null : slice);
  const listOf = (leaf: SliceLeaf, slice: number | null): Held[] => [...(pending.get(leaf)?.get(slice) ?? [])].sort(older);
  const name = (slice: number | null, { id }: SliceEvent): string => `${slice ?? ""} ${id}`;
  const isHeld = (slice: number | null, held: Held): boolean => leaves.some((leaf) => listOf(leaf, slice).includes(held));

  function remove(slice: number | null, held: Held, from: readonly SliceLeaf[], fate: string): void {
    for (const leaf of from) {
      pending.get(leaf)?.set(
        slice,
        listOf(leaf, slice).filter((one) => one !== held),
      );
    }
    if (!isHeld(slice, held)) fates.set(name(slice, held), fate);
  }

  function accept(event: SliceEvent): void {
    seq += 1;
    const held: Held = { ...event, seq };
    for (const leaf of leaves.filter((one) => one.asset === event.asset)) {
      if (leaf.keep === true) keep(held);
      else if (leaf.reads === undefined || event.slice === null) put(leaf, null, held);
      else {
        for (const slice of range(event.slice - leaf.reads.to, event.slice - leaf.reads.from)) {
          const known = seen.get(leaf)?.get(slice) ?? new Set();
          seen.get(leaf)?.set(slice, known.add(event.slice));
          put(leaf, slice, held);
        }
      }
    }
  }

  function put(leaf: SliceLeaf, slice: number | null, held: Held): void {
    const newest = newestTaken.get(`${slice} ${held.asset}`);
    if (policy.mode === "latest" && newest !== undefined && older(held, newest) < 0) {
      if (!isHeld(slice, held)) fates.set(name(slice, held), "superseded");
      return;
    }
    pending.get(leaf)?.set(slice, [...listOf(leaf, slice), held]);
    fates.set(name(slice, held), "pending");
  }

  function keep(held: Held): void {
    const [replaced, newest] = kept === undefined ? [undefined, held] : [kept, held].sort(older);
    kept = newest as Held;
    fates.set(name(null, held), "pending");
    if (replaced !== undefined && fates.get(name(null, replaced)) === "pending") fates.set(name(null, replaced), "superseded");
  }

  function isDue(leaf: SliceLeaf, slice: number, now: number): boolean {
    if (leaf.keep === true) return kept !== undefined;
    if (listOf(leaf, place(leaf, slice)).length === 0) return false;
    if (leaf.reads === undefined) return true;
    const there = seen.get(leaf)?.get(slice)?.size ?? 0;
    const { atLeast = leaf.reads.to - leaf.reads.from + 1, deadline } = leaf.wait ?? {};
    return there >= atLeast || (deadline !== undefined && now >= slice + 1 + deadline);
  }

  /** The leaves that a run for the slice would take; null if it is not due. */
  function takes(slice: number, now: number): readonly SliceLeaf[] | null {
    const parts = all.map((one) => ("any" in one ? one.any : [one]).filter((leaf) => isDue(leaf, slice, now)));
    return parts.some((part) => part.length === 0) ? null : parts.flat();
  }

  function startOne(now: number): boolean {
    if (running.length >= policy.total) return false;
    const slices = new Set(leaves.flatMap((leaf) => [...(pending.get(leaf)?.keys() ?? [])]).filter((slice) => slice !== null));
    const ready = [...slices]
      .filter((slice) => running.every((run) => run.slice !== slice))
      .flatMap((slice) => {
        const from = takes(slice, now);
        const [oldest] = (from ?? []).flatMap((leaf) => listOf(leaf, place(leaf, slice)).slice(0, 1)).sort(older);
        return from === null || oldest === undefined ? [] : [{ slice, from, oldest }];
      })
      .sort((a, b) => older(a.oldest, b.oldest) || a.slice - b.slice);
    const [next] = ready;
    if (next === undefined) return false;
    start(next.slice, next.from, now);
    return true;
  }

  function start(slice: number, from: readonly SliceLeaf[], now: number): void {
    const taken = new Map<Held, number | null>();
    const superseded: [SliceLeaf, Held][] = [];
    for (const leaf of from) {
      const list = listOf(leaf, place(leaf, slice));
      const chosen = policy.mode === "latest" ? list.slice(-1) : list;
      for (const held of chosen) taken.set(held, place(leaf, slice));
      for (const held of list) if (!chosen.includes(held)) superseded.push([leaf, held]);
    }
    for (const [held, where] of taken) {
      remove(where, held, leaves, "consumed");
      const newest = newestTaken.get(`${where} ${held.asset}`);
      if (newest === undefined || older(newest, held) < 0) newestTaken.set(`${where} ${held.asset}`, held);
    }
    for (const [leaf, held] of superseded) if (!taken.has(held)) remove(place(leaf, slice), held, [leaf], "superseded");
    const refers = from.some((leaf) => leaf.keep === true) ? kept : undefined;
    if (refers !== undefined) fates.set(name(null, refers), "referenced");
    runs.push(
      `${slice}@${now} ${[...taken.keys()]
        .sort(older)
        .map(({ id }) => id)
        .join(",")} ~${refers?.id ?? ""}`,
    );
    running.push({ slice, end: now + policy.duration });
  }

  for (let now = 0; now <= minutes; now += 1) {
    running = running.filter((run) => run.end > now);
    for (const event of events.get(now) ?? []) accept(event);
    while (startOne(now)) running = running.filter((run) => run.end > now);
  }
  return { runs, fates };
}
