import type { RunStart } from "../core/run.ts";
import { noteAwaits } from "./awaits.ts";
import { compareOrder, isBefore, type Order } from "./order.ts";
import type { Registry } from "./registry.ts";
import { isRouter, nextNumber } from "./shard.ts";
import type { PlannedStart } from "./start.ts";
import type { RunState } from "./state.ts";

/**
 * Puts the starts of one evaluation into their order (falling priority, then oldest event, then DAG), gives them their ids, and
 * notes them as running.
 */
export function assignStarts(registry: Registry, planned: readonly PlannedStart[], now: number): RunStart[] {
  return inStartOrder(planned).map((start) => {
    const { consumer, key, partition, events, references, cause } = start;
    const { state } = registry;
    state.counters.run = nextNumber(state, state.counters.run);
    const id = `${consumer.dag}/${state.epoch}-${state.counters.run}`;
    let hops = 0;
    for (const { event } of events) if (event.hops > hops) hops = event.hops;
    const run: RunState = { key, partition, startedAt: now, heardAt: now, cause, hops, plan: consumer.plan.hash, events: events.map(({ seq }) => seq) };
    if (start.back !== null) run.back = start.back;
    if (start.group !== null) run.group = start.group;
    if (start.backfill !== undefined) run.backfill = start.backfill;
    if (start.step !== undefined) start.step.run = id;
    noteAwaits(registry, consumer, id, run);
    consumer.state.running[id] = run;
    for (const fact of start.facts) fact.run = id;
    registry.ledger.write("run", {
      run: id,
      dag: consumer.dag,
      status: "running",
      partition,
      key,
      plan: consumer.plan.hash,
      cause,
      startedAt: now,
      events: events.length,
    });
    const input: Writable<RunStart["input"]> = {
      plan: consumer.plan.hash,
      decision: { epoch: state.epoch, sequence: state.counters.run, ...(isRouter(state) ? {} : { shard: state.shard?.index ?? 0 }) },
      cause,
      partition,
      key,
      hops,
      events: events.map(({ event }) => event),
    };
    if (references.length > 0) input.references = references.map(({ event }) => event);
    if (start.params !== undefined) input.params = start.params;
    if (start.interval !== undefined) input.interval = start.interval;
    return { id, dag: consumer.dag, taskQueue: consumer.taskQueue, input };
  });
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Each consumer's own order stands: a later start of it never comes before an earlier one. */
function inStartOrder(planned: readonly PlannedStart[]): PlannedStart[] {
  const last = new Map<string, Order>();
  const ranked = planned.map((start, index) => {
    const before = last.get(start.consumer.dag);
    const oldest = before !== undefined && isBefore(start.oldest, before) ? before : start.oldest;
    last.set(start.consumer.dag, oldest);
    return { start, oldest, index };
  });
  ranked.sort((a, b) => {
    const priority = b.start.consumer.policy.priority - a.start.consumer.policy.priority;
    if (priority !== 0) return priority;
    const order = compareOrder(a.oldest, b.oldest);
    if (order !== 0) return order;
    return a.start.consumer.dag < b.start.consumer.dag ? -1 : a.start.consumer.dag > b.start.consumer.dag ? 1 : a.index - b.index;
  });
  return ranked.map(({ start }) => start);
}
