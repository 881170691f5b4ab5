import type { PartitionDefinition } from "../core/condition.ts";
import { HeadgateError } from "../core/errors.ts";
import { describePartitions, sameKeys } from "../core/partitions/partition-definition.ts";
import { checkKey, compareKeys } from "../core/partitions/partition-key.ts";
import { outletsOf } from "./assets.ts";
import type { PlannedStep } from "./orders.ts";
import { type LeftToCondition, reachedSlices } from "./reached-slices.ts";
import type { Consumer, Registry } from "./registry.ts";

export interface RepairPlan {
  readonly asset: string;
  /** Whatever a step stands on comes before it. */
  readonly steps: readonly PlannedStep[];
  /** What is made from these slices and is in no step, and why: its condition starts it, or nothing does. */
  readonly left: readonly LeftToCondition[];
}

/** The steps that make each slice of an asset, by asset and partition: what stands on the slice stands on them. */
export type MadeSlices = Map<string, Map<string | null, Set<number>>>;

/** A repair is carried in the registry's state. */
const MOST_STEPS = 2_000;

/**
 * Plans how slices of an asset are made anew, and with `downstream` everything that is made from them: first the slices themselves
 * by the DAGs that have the asset as an outlet, then each DAG behind them for the keys that its mappings give, in the order of what
 * is made from what. Each pair of DAG and key is one step. Changes nothing.
 *
 * @param keys - of the asset; `[null]` if it is unpartitioned
 * @throws E_BACKFILL if it is not known which runs make the slices, if nothing would run, or if there are too many steps.
 */
export function planRepair(registry: Registry, asset: string, keys: readonly (string | null)[], downstream: boolean, now: number): RepairPlan {
  const producers = [...registry.consumers.values()].filter(({ plan }) => outletsOf(plan.plan).includes(asset));
  const slices = registry.assets.partitionsOf(asset);
  for (const producer of producers) assertMakes(producer, asset, slices);
  const made: MadeSlices = new Map([[asset, new Map(keys.map((key) => [key, new Set<number>()]))]]);
  const steps: PlannedStep[] = [];
  const left: LeftToCondition[] = [];
  for (const consumer of orderOf(registry, asset, producers, downstream, left)) {
    const reached = reachedSlices(registry, consumer, made, left, now);
    // A producer is repaired for the slices that were asked for; what else reaches it is its condition's.
    const own = producers.includes(consumer) ? new Map(keys.map((key) => [key, reached.get(key) ?? new Set<number>()])) : reached;
    const definition = partitionsOf(consumer) ?? (producers.includes(consumer) ? slices : null);
    for (const key of inOrder([...own.keys()], definition)) {
      const step = steps.push({ dag: consumer.dag, partition: key, needs: [...(own.get(key) ?? [])].sort((a, b) => a - b) }) - 1;
      if (steps.length > MOST_STEPS) throw tooMany(asset);
      for (const outlet of [...outletsOf(consumer.plan.plan), consumer.ends]) note(registry, made, outlet, definition, key, step);
    }
    if (own.size > 0) left.push(...unmappable(registry, consumer, definition));
  }
  if (steps.length === 0) {
    throw new HeadgateError("E_BACKFILL", `no deployed DAG makes ${asset}${downstream ? ", and none that is made from it would run" : ""}`, {
      hint: downstream
        ? "`headgate lineage <asset> --down` shows what waits for it"
        : "it comes from outside: with --downstream what is made from it is made anew",
    });
  }
  return { asset, steps, left: distinct(left) };
}

/** How much is said of what is left out. */
const MOST_LEFT = 50;

function distinct(left: readonly LeftToCondition[]): readonly LeftToCondition[] {
  return [...new Map(left.map((one) => [JSON.stringify(one), one])).values()].slice(0, MOST_LEFT);
}

/** The partitions of a DAG's runs: those of its condition, or what the ticks of a schedule make. */
export function partitionsOf({ condition }: Consumer): PartitionDefinition | null {
  return condition?.partitions ?? condition?.schedule?.partitions ?? null;
}

/** A run makes the slice that it is for; a DAG without partitions is told by its run's partition which one. */
function assertMakes(producer: Consumer, asset: string, slices: PartitionDefinition | null): void {
  const own = partitionsOf(producer);
  if (own === null || sameKeys(own, withoutEdges(slices))) return;
  throw new HeadgateError(
    "E_BACKFILL",
    `${producer.dag} makes ${asset}, and which of its runs makes which slice is not known: its runs have ${describePartitions(own)}, the asset has ${slices === null ? "no partitions" : describePartitions(slices)}`,
    { hint: `\`headgate backfill ${producer.dag} --partitions a..b\` runs it for its own keys` },
  );
}

function withoutEdges(definition: PartitionDefinition | null): PartitionDefinition | null {
  return definition !== null && "grain" in definition ? { grain: definition.grain, tz: definition.tz ?? "UTC" } : definition;
}

/** DAGs behind the asset, each behind those that it waits for. Where they go round in a circle, the way back is left out. */
function orderOf(registry: Registry, asset: string, producers: readonly Consumer[], downstream: boolean, left: LeftToCondition[]): readonly Consumer[] {
  if (!downstream) return producers;
  const done: Consumer[] = [];
  const state = new Map<Consumer, "open" | "done">();
  const listenersOf = (uri: string): Consumer[] => registry.subscriptions.of(uri, undefined).map(({ consumer }) => consumer);
  const visit = (consumer: Consumer): void => {
    state.set(consumer, "open");
    for (const outlet of [...outletsOf(consumer.plan.plan), consumer.ends]) {
      for (const next of listenersOf(outlet)) {
        if (state.get(next) === "open") left.push({ dag: next.dag, asset: outlet, why: "it is made from what it makes itself" });
        else if (!state.has(next)) visit(next);
      }
    }
    state.set(consumer, "done");
    done.push(consumer);
  };
  for (const consumer of [...producers, ...listenersOf(asset)]) if (!state.has(consumer)) visit(consumer);
  return done.reverse();
}

function note(registry: Registry, made: MadeSlices, outlet: string, definition: PartitionDefinition | null, key: string | null, step: number): void {
  const slices = registry.assets.partitionsOf(outlet);
  if (slices !== null && (!sameKeys(definition, withoutEdges(slices)) || key === null || checkKey(slices, key) !== null)) return;
  const bySlice = made.get(outlet) ?? new Map<string | null, Set<number>>();
  made.set(outlet, bySlice);
  const slice = slices === null ? null : key;
  bySlice.set(slice, (bySlice.get(slice) ?? new Set()).add(step));
}

/** Outlets whose slices are named by the run itself: what stands on them is started by their events. */
function unmappable(registry: Registry, { dag, plan }: Consumer, definition: PartitionDefinition | null): LeftToCondition[] {
  return outletsOf(plan.plan).flatMap((asset) => {
    const slices = registry.assets.partitionsOf(asset);
    if (slices === null || sameKeys(definition, withoutEdges(slices)) || registry.subscriptions.of(asset, undefined).length === 0) return [];
    return [{ dag, asset, why: `which slices of it the runs of ${dag} make is not known before they do` }];
  });
}

function inOrder(keys: readonly (string | null)[], definition: PartitionDefinition | null): readonly (string | null)[] {
  return definition === null ? keys : [...keys].sort((a, b) => (a === null || b === null ? 0 : compareKeys(definition, a, b)));
}

function tooMany(asset: string): HeadgateError {
  return new HeadgateError("E_BACKFILL", `to repair ${asset} would take more than ${MOST_STEPS} runs`, {
    hint: "choose a shorter range, and repair it piece by piece",
  });
}
