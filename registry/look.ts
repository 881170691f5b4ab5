import { RUNS_PREFIX } from "./assets.ts";
import type { CarriedState } from "./carried-state.ts";
import { heldByFailed } from "./held-runs.ts";
import type { Registry } from "./registry.ts";
import { storedOfConsumer } from "./stretches.ts";

/** The next instant at which time alone changes something, in milliseconds; null if there is none. */
export function nextWakeup(registry: Registry): number | null {
  return mustLook(registry) ? registry.state.clock : registry.timers.next();
}

/** True after opening, if something was under way in the run before, or may leave the state. */
function mustLook({ touched, state, traffic, events, freshness }: Registry): boolean {
  if (freshness.on && freshness.touched.size > 0) return true;
  if (touched.list.length > 0 || (state.condemned !== undefined && traffic.reading.size === 0)) return true;
  return traffic.fresh && events.bytes > traffic.limits.above;
}

/** True if the event's asset has a schema, so that a worker that has the code must look at its data before the registry takes it. */
export function needsCheck(registry: Registry, event: unknown): boolean {
  if (typeof event !== "object" || event === null) return false;
  const { asset } = event as { readonly asset?: unknown };
  if (typeof asset !== "string" || asset.startsWith(RUNS_PREFIX)) return false;
  try {
    return registry.assets.find(registry.assets.resolve(asset).asset)?.schema === true;
  } catch {
    // What is no URI is rejected when it is applied.
    return false;
  }
}

export interface RunToVerify {
  readonly run: string;
  readonly dag: string;
  readonly partition: string | null;
  readonly temporalRunId?: string;
}

/** Running runs that were not heard of for so many milliseconds: somebody should look whether they are still there. */
export function runsToVerify(registry: Registry, now: number, silentAfter: number): RunToVerify[] {
  const runs: RunToVerify[] = [];
  for (const { dag, state } of registry.consumers.values()) {
    for (const run in state.running) {
      const known = state.running[run];
      if (known === undefined || now - known.heardAt < silentAfter) continue;
      runs.push({ run, dag, partition: known.partition, ...(known.temporalRunId === undefined ? {} : { temporalRunId: known.temporalRunId }) });
    }
  }
  return runs;
}

export interface Summary {
  readonly epoch: string;
  readonly clock: number;
  readonly held: { readonly since: number; readonly by: string | null } | null;
  /** `pending` stand in the state, each once; `stored` are pending, too, and kept outside of it. */
  readonly events: { readonly accepted: number; readonly pending: number; readonly stored: number };
  readonly next: number | null;
  readonly projects: readonly { readonly project: string; readonly revision: number; readonly hash: string; readonly dags: number }[];
  readonly consumers: readonly ConsumerSummary[];
}

export interface ConsumerSummary {
  readonly dag: string;
  readonly project: string;
  readonly paused: { readonly since: number; readonly by: string | null } | null;
  readonly faulted: string | null;
  /** Events that are pending, over all keys. */
  readonly pending: number;
  readonly running: number;
  /** What failed runs hold. */
  readonly failed: { readonly runs: number; readonly events: number };
}

/** The same of a state whose catalogues are not there yet, as far as it can be said: no consumers. */
export function summarizeCarried({ epoch, clock, hold, counters, events, projects }: CarriedState): Summary {
  return {
    epoch,
    clock,
    held: hold,
    events: { accepted: counters.event, pending: events.length, stored: 0 },
    next: null,
    projects: Object.entries(projects).map(([project, { revision, catalog, births = [] }]) => ({
      project,
      revision,
      hash: typeof catalog === "string" ? catalog : catalog.hash,
      dags: births.reduce((sum, [dags]) => sum + dags, 0),
    })),
    consumers: [],
  };
}

function storedEvents({ consumers }: Registry): number {
  let stored = 0;
  for (const consumer of consumers.values()) stored += storedOfConsumer(consumer);
  return stored;
}

/** What the registry looks like from far away, for status pages. */
export function summarize(registry: Registry): Summary {
  const { state } = registry;
  return {
    epoch: state.epoch,
    clock: state.clock,
    held: state.hold,
    events: { accepted: state.counters.event, pending: registry.events.size, stored: storedEvents(registry) },
    next: registry.timers.next(),
    projects: Object.entries(state.projects).map(([project, { revision, catalog }]) => ({ project, revision, hash: catalog.hash, dags: catalog.dags.length })),
    consumers: [...registry.consumers.values()].map(({ dag, state: mine, pending, running }) => ({
      dag,
      project: mine.project,
      paused: mine.paused === null ? null : { since: mine.paused.since, by: mine.paused.by },
      faulted: mine.faulted,
      pending: pending + (mine.backlog?.length ?? 0),
      running,
      failed: heldByFailed(mine),
    })),
  };
}
