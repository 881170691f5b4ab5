import type { PartitionDefinition } from "../core/condition.ts";
import { needsCheck } from "./look.ts";
import { planOf } from "./open.ts";
import type { Registry } from "./registry.ts";
import { partitionsOf } from "./repair-plan.ts";
import type { RegistryState } from "./state.ts";

/** One deployed DAG, as its own project and people ask for it. */
export interface DagState {
  readonly dag: string;
  readonly project: string;
  /** Task queue of its runs and tasks. */
  readonly taskQueue: string;
  /** Hash of the deployed plan. */
  readonly plan: string;
  /** How the keys of its runs must look; null if nothing says so. */
  readonly partitions: PartitionDefinition | null;
  readonly paused: { readonly since: number; readonly by: string | null } | null;
  readonly faulted: string | null;
  readonly pending: number;
  readonly running: number;
}

/** Null if no deployed project has the DAG. */
export function dagState(registry: Registry, dag: string): DagState | null {
  const deployed = planOf(registry, dag);
  const consumer = registry.consumers.get(dag);
  if (deployed === undefined || consumer === undefined) return null;
  const { state, pending, running } = consumer;
  return {
    dag,
    project: state.project,
    taskQueue: registry.state.projects[state.project]?.catalog.taskQueue ?? "",
    plan: deployed.hash,
    partitions: partitionsOf(consumer),
    paused: state.paused === null ? null : { since: state.paused.since, by: state.paused.by },
    faulted: state.faulted,
    pending: pending + (state.backlog?.length ?? 0),
    running,
  };
}

/** The newest batch of a watcher that the registry took. */
export interface WatcherMark {
  readonly generation: number;
  readonly seq: number;
}

export function watcherMark({ marks }: Pick<RegistryState, "marks">, watcher: string): WatcherMark | null {
  return marks[watcher] ?? null;
}

/** The task queue whose workers have the schema that the data of a raw event must be checked against; null if there is none. */
export function checkQueue(registry: Registry, event: unknown): string | null {
  if (!needsCheck(registry, event)) return null;
  return registry.assets.checkerOf(registry.assets.resolve((event as { readonly asset: string }).asset).asset);
}

/** About how many bytes of JSON the events are that the registry holds: most of a large state. */
export function heldBytes(registry: Registry): number {
  return registry.events.bytes;
}

export interface Counts {
  readonly consumers: number;
  readonly running: number;
  readonly pending: number;
  readonly faulted: number;
}

export function countsOf(registry: Registry): Counts {
  let [running, pending, faulted] = [0, 0, 0];
  for (const consumer of registry.consumers.values()) {
    running += consumer.running;
    pending += consumer.pending;
    if (consumer.state.faulted !== null) faulted += 1;
  }
  return { consumers: registry.consumers.size, running, pending, faulted };
}
