import type { HashedPlan } from "../core/plan.ts";
import { type Assets, createAssets } from "./assets.ts";
import { createAwaits } from "./awaits.ts";
import { forEachLeafCell } from "./cells.ts";
import { compilePlan, createConsumer, createConsumerState, recount } from "./consumer.ts";
import { survey } from "./decide.ts";
import { createRecent, RECENT_ENDS } from "./dedupe.ts";
import { createEvents } from "./events.ts";
import { guarded, quarantine } from "./faults.ts";
import { createFreshnessWatch, openFreshness } from "./freshness.ts";
import { heldFrom } from "./held.ts";
import { createLedger } from "./ledger.ts";
import { poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { awaitTurns } from "./repairs.ts";
import { createRoutes } from "./routes.ts";
import { createRunPartitions } from "./run-partitions.ts";
import { isOwn, isRouter } from "./shard.ts";
import type { RegistryState } from "./state.ts";
import { storedOfConsumer } from "./stretches.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createTimers } from "./timers.ts";
import { touchAll } from "./touch.ts";
import { createTouched } from "./touched.ts";
import { createTraffic, PARKING, type ParkingLimits } from "./traffic.ts";
import { upgrade } from "./upgrade.ts";
import { hasTimers, setConsumerTimers, setPoolTimer } from "./wake.ts";

/**
 * Makes the index of a state. The state is copied: `step` changes the registry's own copy, which `stateOf` gives back as JSON.
 * A state of an older release is upgraded first. A consumer whose plan does not compile any more is quarantined, and the others work.
 */
export function openRegistry(given: RegistryState, parking: ParkingLimits = PARKING): Registry {
  const { projects, ...rest } = upgrade(given);
  // Catalogues never change: they need no copy.
  const state: RegistryState = { ...(JSON.parse(JSON.stringify(rest)) as typeof rest), projects: { ...projects } };
  const consumers: Registry["consumers"] = new Map();
  const assets: Assets = createAssets(
    state,
    createRunPartitions(
      (dag) => consumers.get(dag)?.plan.plan.on,
      () => assets,
    ),
  );
  const ledger = createLedger(state.counters);
  const registry: Registry = {
    state,
    events: createEvents(),
    recent: createRecent(state.recent),
    ends: createRecent(state.ends, RECENT_ENDS),
    consumers,
    timers: createTimers(),
    ledger,
    awaits: createAwaits(ledger),
    freshness: createFreshnessWatch(isRouter(state)),
    routes: state.shard?.index === 0 ? createRoutes(state.shard) : null,
    traffic: createTraffic(parking),
    touched: createTouched(),
    assets,
    subscriptions: createSubscriptions([], assets),
  };
  registry.ledger.open(state.clock);
  for (const event of state.events) registry.events.set(event.seq, heldFrom(registry.events, event));
  state.events = [];
  state.recent = { blocks: [] };
  state.ends = { blocks: [] };
  completeConsumers(state);
  for (const [project, { catalog }] of Object.entries(state.projects)) {
    for (const plan of catalog.dags) {
      const mine = state.consumers[plan.plan.dag];
      if (mine !== undefined && mine.project === project) consumers.set(mine.dag, createConsumer(mine, plan, catalog.taskQueue));
    }
  }
  for (const consumer of consumers.values()) {
    try {
      compile(consumer, assets, state.clock);
    } catch (error) {
      quarantine(registry, consumer, error);
    }
  }
  registry.subscriptions = createSubscriptions(consumers.values(), assets);
  registry.routes?.deployed(state.projects);
  for (const repair of state.repairs ?? []) awaitTurns(registry, repair);
  countReferences(registry);
  openFreshness(registry);
  for (const consumer of consumers.values()) {
    recount(consumer);
    for (const [run, one] of Object.entries(consumer.state.running)) registry.awaits.add(run, one);
    const { condition } = consumer;
    // What was being read must be asked for again.
    if (storedOfConsumer(consumer) > 0) registry.touched.add(consumer);
    if (consumer.state.unplaced !== undefined) registry.traffic.unplaced.add(consumer.dag);
    if (condition === null) continue;
    touchAll(consumer);
    guarded(registry, consumer, () => {
      survey(registry, consumer, condition, state.clock);
      if (!hasTimers(consumer)) return;
      for (const pool of poolsOf(consumer)) setPoolTimer(registry, consumer, condition, pool, state.clock);
      setConsumerTimers(registry, consumer, state.clock);
    });
  }
  return registry;
}

/** The state as JSON, apart from the registry: later steps do not change it. It is whole; `carriedStateOf` leaves out what is known elsewhere. */
export function stateOf(registry: Registry): RegistryState {
  const { projects, ...rest } = registry.state;
  const copied = JSON.parse(JSON.stringify({ ...rest, ...heldApart(registry) })) as typeof rest;
  return { ...copied, projects: { ...projects } };
}

/** What a registry holds beside its state while it works. */
export function heldApart(registry: Registry): Pick<RegistryState, "events" | "recent" | "ends"> {
  const events = [...registry.events.values()].sort((a, b) => a.seq - b.seq).map(({ event }) => event);
  return { events, recent: registry.recent.toState(), ends: registry.ends.toState() };
}

/** Writes out the consumers that a carried state left out, or told in part. */
function completeConsumers(state: RegistryState): void {
  for (const [project, { births, ...own }] of Object.entries(state.projects)) {
    if (births === undefined) continue;
    let index = 0;
    for (const [dags, registeredAt, fromSeq] of births) {
      for (const { plan } of own.catalog.dags.slice(index, index + dags)) {
        if (!isOwn(state, plan.dag)) continue;
        const mine = state.consumers[plan.dag];
        state.consumers[plan.dag] = { ...createConsumerState(plan.dag, project, registeredAt, fromSeq), ...mine };
      }
      index += dags;
    }
    state.projects[project] = own;
  }
}

function compile(consumer: Consumer, assets: Assets, now: number): void {
  const { state, plan } = consumer;
  // A carried state leaves numbers out that are as on the first day.
  const isUnnumbered = state.leaves.length === 0;
  const { condition, policy, leaves, nextLeaf } = compilePlan(state, plan, assets, isUnnumbered ? state.registeredAt : now);
  consumer.condition = condition;
  consumer.policy = policy;
  if (!isUnnumbered) return;
  state.leaves = leaves;
  state.nextLeaf = nextLeaf;
  for (const leaf of condition?.ticks ?? []) {
    const record = leaves.find((one) => one.no === leaf.no);
    const next = leaf.next?.(now) ?? null;
    if (record !== undefined && next !== null) record.next = next;
  }
}

/** The plan with this hash: a deployed one, or one that a running run is pinned to. */
export function planByHash(registry: Registry, hash: string): HashedPlan | undefined {
  for (const project of Object.values(registry.state.projects)) {
    const found = project.catalog.dags.find((plan) => plan.hash === hash) ?? project.earlier?.dags.find((plan) => plan.hash === hash);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The deployed plan of a DAG. */
export function planOf(registry: Registry, dag: string): HashedPlan | undefined {
  return registry.consumers.get(dag)?.plan;
}

function countReferences(registry: Registry): void {
  const refer = (seq: number): void => {
    const held = registry.events.get(seq);
    if (held !== undefined) held.refs += 1;
  };
  for (const consumer of registry.consumers.values()) {
    for (const pool of poolsOf(consumer)) {
      forEachLeafCell(consumer.state, pool.cell, (cell) => {
        cell.pending?.forEach(refer);
        for (const { seq } of cell.kept ?? []) refer(seq);
      });
    }
    for (const run of Object.values(consumer.state.running)) if (run.back !== undefined) run.events.forEach(refer);
    consumer.state.backlog?.forEach(refer);
  }
  for (const held of registry.events.values()) if (held.refs === 0) registry.events.delete(held.seq);
}
