import type { AssetEvent } from "../../core/event.ts";
import type { RecordedRun } from "../../core/run.ts";
import { nameOfEvent, type RecordedHistory, type Replayed, type ReplayedRun } from "./recorded.ts";
import { replay } from "./replay.ts";

/** What would be otherwise. Runs of people, schedules and backfills are not compared: no condition decides them. */
export interface RunDifferences {
  /** Runs that would be the same. */
  readonly same: number;
  readonly onlyThen: readonly RecordedRun[];
  readonly onlyNow: readonly ReplayedRun[];
  /** Runs that would share some of their events. */
  readonly otherEvents: readonly OtherEvents[];
  /** Runs of the same events at another time. */
  readonly moved: readonly { readonly was: RecordedRun; readonly now: ReplayedRun }[];
}

export interface OtherEvents {
  readonly was: RecordedRun;
  readonly now: ReplayedRun;
  readonly without: readonly AssetEvent[];
  readonly also: readonly AssetEvent[];
}

/** A start within this time of the other is at the same time, in milliseconds: a timer of a busy registry fires late. */
const SAME_TIME = 10_000;
/** Runs without events are one run if they start so close together: they have nothing else in common. */
const SAME_TICK = 60_000;

/**
 * Pairs what happened with what would happen, by key: runs of the same events first, then those that share most. What has no
 * partner is there only once.
 */
export function compareRuns(happened: readonly RecordedRun[], replayed: readonly ReplayedRun[]): RunDifferences {
  const then = happened.filter(({ cause }) => cause.kind === "condition").sort((a, b) => a.at - b.at);
  const left = new Set(then);
  const bySet = groupBy(then, nameOfRun);
  const byEvent = new Map<string, RecordedRun[]>();
  for (const run of then) for (const event of run.events) push(byEvent, nameOfEvent(event), run);

  const pairs = new Map<ReplayedRun, RecordedRun>();
  const pair = (now: ReplayedRun, partner: RecordedRun | undefined): void => {
    if (partner === undefined) return;
    pairs.set(now, partner);
    left.delete(partner);
  };
  for (const now of replayed) {
    const equal = now.events.length > 0 ? (bySet.get(setOf(now)) ?? []) : ticksAround(now).flatMap((name) => bySet.get(name) ?? []);
    const free = equal.filter((run) => left.has(run));
    pair(now, now.events.length > 0 ? free[0] : nearest(free, now.at));
  }
  for (const now of replayed) if (!pairs.has(now)) pair(now, mostShared(now, byEvent, left));

  const otherEvents: OtherEvents[] = [];
  const moved: RunDifferences["moved"][number][] = [];
  let same = 0;
  for (const [now, partner] of pairs) {
    if (setOf(now) !== setOf(partner)) otherEvents.push(differenceOf(partner, now));
    else if (Math.abs(now.at - partner.at) > (now.events.length > 0 ? SAME_TIME : SAME_TICK)) moved.push({ was: partner, now });
    else same += 1;
  }
  return { same, onlyThen: [...left], onlyNow: replayed.filter((now) => !pairs.has(now)), otherEvents, moved };
}

/** What history would be through this condition, beside what it was. Throws as `replay`. */
export function compareHistory(replayed: Replayed, history: RecordedHistory): RunDifferences {
  return compareRuns(
    history.runs.filter(({ at }) => at >= history.since),
    replay(replayed, history),
  );
}

/** How many runs would not be as they were. */
export function countDifferences({ onlyThen, onlyNow, otherEvents, moved }: RunDifferences): number {
  return onlyThen.length + onlyNow.length + otherEvents.length + moved.length;
}

function differenceOf(was: RecordedRun, now: ReplayedRun): OtherEvents {
  const [before, after] = [was, now].map(({ events }) => new Set(events.map(nameOfEvent)));
  return {
    was,
    now,
    without: was.events.filter((event) => after?.has(nameOfEvent(event)) !== true),
    also: now.events.filter((event) => before?.has(nameOfEvent(event)) !== true),
  };
}

function nearest(runs: readonly RecordedRun[], at: number): RecordedRun | undefined {
  return runs.filter((run) => Math.abs(run.at - at) <= SAME_TICK).sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
}

function mostShared(now: ReplayedRun, byEvent: ReadonlyMap<string, readonly RecordedRun[]>, left: ReadonlySet<RecordedRun>): RecordedRun | undefined {
  const shared = new Map<RecordedRun, number>();
  for (const event of now.events)
    for (const run of byEvent.get(nameOfEvent(event)) ?? []) if (left.has(run) && run.key === now.key) shared.set(run, (shared.get(run) ?? 0) + 1);
  return [...shared].sort(([a, some], [b, others]) => others - some || a.at - b.at)[0]?.[0];
}

/** Under which a run is looked for: its key and events, or, without events, its key and time. */
function nameOfRun(run: RecordedRun): string {
  return run.events.length > 0 ? setOf(run) : nameOfTick(run.key, Math.floor(run.at / SAME_TICK));
}

function ticksAround({ at, key }: ReplayedRun): readonly string[] {
  const span = Math.floor(at / SAME_TICK);
  return [span - 1, span, span + 1].map((one) => nameOfTick(key, one));
}

function nameOfTick(key: string, span: number): string {
  return JSON.stringify([span, key]);
}

/** Key and events, whatever their order. */
function setOf({ key, events }: Pick<ReplayedRun, "key" | "events">): string {
  return JSON.stringify([key, ...events.map(nameOfEvent).sort()]);
}

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) push(groups, nameOf(item), item);
  return groups;
}

function push<T>(groups: Map<string, T[]>, name: string, item: T): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [item]);
  else group.push(item);
}
