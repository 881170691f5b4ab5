import type { Catalog } from "../../core/catalog.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { AssetEvent, EventInput } from "../../core/event.ts";
import type { HashedPlan } from "../../core/plan.ts";
import type { DecidedStart, RecordedRun, RunEnded, RunStart } from "../../core/run.ts";
import { formatInstant } from "../../core/time/time.ts";
import type { RegistryInput } from "../input.ts";
import { type Instant, openInstant } from "../instant.ts";
import { openRegistry } from "../open.ts";
import type { Registry } from "../registry.ts";
import { emptyState } from "../state.ts";
import { recordedLengths } from "./lengths.ts";
import type { RecordedHistory, Replayed, ReplayedRun } from "./recorded.ts";

/** Longer ago than anything was recorded. */
const LONG_AGO = "36500d";

interface World {
  readonly dag: string;
  readonly registry: Registry;
  /** Recorded events by the number that they have here. */
  readonly recorded: Map<number, AssetEvent>;
  /** Ends that are to come, by run. */
  readonly ends: Map<string, RunEnded & { readonly at: number }>;
  readonly runs: ReplayedRun[];
}

/** Something that was recorded, as an input at its time. */
type Happening = { readonly at: number } & ({ readonly event: AssetEvent } | { readonly input: RegistryInput } | { readonly end: RunEnded });

/**
 * Plays recorded events through a condition by the registry's own code: which runs would have started when, with which events.
 * Pauses and other operations happen as they were recorded, and so do runs that no condition started; they count.
 *
 * @throws what a deploy of the condition would be refused with: E_CONDITION, E_PARTITION, E_POLICY, E_CYCLE
 */
export function replay(replayed: Replayed, history: RecordedHistory): readonly ReplayedRun[] {
  const { dag } = replayed.plan.plan;
  const state = emptyState("replay");
  // The first numbers are for what was pending.
  state.counters.event = history.pending.length;
  const world: World = { dag, registry: openRegistry(state), recorded: new Map(), ends: new Map(), runs: [] };
  // Whether an asset was fresh is among the recorded events.
  world.registry.freshness.on = false;
  const endOf = recordedLengths(history.runs);
  const happenings = happeningsOf(dag, history);
  let next = 0;
  let instant = begin(world, replayed, history);
  for (let at = history.since; at < history.until; instant = openInstant(world.registry, at)) {
    const due: Happening[] = [];
    for (let one = happenings[next]; one !== undefined && one.at <= at; one = happenings[++next]) due.push(one);
    instant.apply([...endsDue(world, at), ...due.flatMap((one) => ("end" in one ? [{ kind: "runEnded" as const, ...one.end }] : []))]);
    for (const one of due) {
      if ("event" in one) publish(world, instant, one.event);
      else if ("input" in one) instant.apply([one.input]);
    }
    for (;;) {
      for (const start of instant.decide()) note(world, start, at, endOf);
      const ends = endsDue(world, at);
      if (ends.length === 0) break;
      instant.apply(ends);
    }
    instant.close();
    at = Math.min(happenings[next]?.at ?? Infinity, world.registry.timers.next() ?? Infinity, ...[...world.ends.values()].map((end) => end.at));
  }
  return world.runs;
}

/** Opens the first instant: deploys the condition, with the runs that ran then and the events that were pending. */
function begin(world: World, { plan, assets, others }: Replayed, { since, pending, runs, operations }: RecordedHistory): Instant {
  const { dag, registry } = world;
  const instant = openInstant(registry, since);
  const before = operations.filter(({ at }) => at < since);
  const catalog: Catalog = {
    ...{ project: "replay", hash: plan.hash, taskQueue: "replay", assets, watchers: [] },
    dags: [
      withPolicy(plan, { startAt: { since: LONG_AGO }, paused: plan.plan.policy.paused === true && !before.some(({ input }) => isStop(input)) }),
      ...others.filter((other) => other.plan.dag !== dag).map((other) => withPolicy(other, { paused: true })),
    ],
  };
  instant.apply([{ kind: "register", project: "replay", revision: 1, catalog }]);
  const [reply] = instant.registered;
  if (reply?.ok === false) throw new HeadgateError(reply.code, reply.message, reply.where === undefined ? {} : { where: reply.where });
  const starts = runs.filter(({ at }) => at < since).map((run, index): DecidedStart => ({ at: run.at, start: startOf(dag, run, plan.hash, index + 1) }));
  instant.apply([{ kind: "adopt", starts, events: [], unstarted: [], facts: 0 }]);
  pending.forEach((event, index) => {
    world.recorded.set(index + 1, event);
  });
  const numbered = pending.map((event, index): AssetEvent => ({ ...event, seq: index + 1 }));
  // Whether an event came before a pause or during it matters when the pause ends.
  let given = 0;
  for (const { at, input } of before) {
    if (!isStop(input)) continue;
    const events = numbered.slice(given).filter((event) => event.at < at);
    given += events.length;
    registry.state.counters.event = given;
    instant.apply([{ kind: "handOver", dag, events, last: false }, input]);
  }
  registry.state.counters.event = pending.length;
  instant.apply([{ kind: "handOver", dag, events: numbered.slice(given), last: true }]);
  return instant;
}

function withPolicy({ hash, plan }: HashedPlan, policy: HashedPlan["plan"]["policy"]): HashedPlan {
  return { hash, plan: { ...plan, policy: { ...plan.policy, ...policy } } };
}

function startOf(dag: string, { run, cause, key, partition }: RecordedRun, plan: string, sequence: number): RunStart {
  return { id: run, dag, taskQueue: "replay", input: { plan, decision: { epoch: "replay", sequence }, cause, key, partition } };
}

/** What lasts: of all that was done before the span, only whether it is paused or held still matters. */
function isStop({ kind }: RegistryInput): boolean {
  return kind === "pause" || kind === "resume" || kind === "hold" || kind === "release";
}

function happeningsOf(dag: string, { since, events, runs, operations }: RecordedHistory): readonly Happening[] {
  const happenings: Happening[] = events.map((event) => ({ at: event.at, event }));
  for (const { at, input } of operations) if (at >= since && input.kind !== "redeliver") happenings.push({ at, input });
  for (const run of runs) {
    const { at, cause, endedAt, partition, status } = run;
    // What a person fired with what had gathered starts here by that operation.
    const isOwn = at >= since && (cause.kind === "condition" || run.events.length > 0);
    if (isOwn) continue;
    if (at >= since) happenings.push({ at, input: { kind: "runStarted", run: run.run, temporalRunId: "1", dag, partition, cause } });
    const ended = status === "failed" || status === "cancelled" ? status : "succeeded";
    if (endedAt !== null)
      happenings.push({ at: Math.max(endedAt, since), end: { run: run.run, temporalRunId: "1", dag, status: ended, partition, outlets: [] } });
  }
  // Stable: what has one time stays in the order of acceptance.
  return happenings.sort((a, b) => a.at - b.at);
}

/** Accepts an event as it was recorded: with its own identity and time, and a number of its own. */
function publish({ recorded, registry }: World, instant: Instant, event: AssetEvent): void {
  const { asset, data, groups, hops, id, partition, source, time } = event;
  const input: EventInput = { asset, data, hops, id, partition, source, time: formatInstant(time), ...(groups === undefined ? {} : { groups }) };
  const { counters, marks } = registry.state;
  const before = counters.event;
  instant.apply([{ kind: "batch", watcher: "replay", generation: 1, seq: (marks.replay?.seq ?? 0) + 1, events: [input] }]);
  if (counters.event > before) recorded.set(counters.event, event);
}

function note(world: World, { id, dag, input }: RunStart, at: number, endOf: ReturnType<typeof recordedLengths>): void {
  const { key = "", partition = null } = input;
  const events = (input.events ?? []).map((event) => world.recorded.get(event.seq) ?? event);
  const run: ReplayedRun = { at, key, partition, events };
  if (input.cause.kind === "condition") world.runs.push(run);
  const end = endOf(run);
  if (end.at !== null) world.ends.set(id, { at: end.at, run: id, temporalRunId: "1", dag, status: end.status, partition, outlets: [] });
}

function endsDue({ ends }: World, now: number): RegistryInput[] {
  const due: RegistryInput[] = [];
  for (const [id, { at, ...end }] of ends) {
    if (at > now) continue;
    ends.delete(id);
    due.push({ kind: "runEnded", ...end });
  }
  return due;
}
