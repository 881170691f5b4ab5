import { nextWakeup, openRegistry, type Registry, type RegistryInput, type RegistryState, type StepResult, stateOf, step } from "../../registry/index.ts";
import type { ShardBatch } from "../../registry/routes.ts";
import { shardOf } from "../../registry/shard.ts";
import { mergeStates, splitState } from "../../registry/shards.ts";
import { continuedAsNew } from "./machine.ts";

/** A registry in shards, and what carries batches between them. */
export interface Sharded {
  readonly parts: readonly Registry[];
  /** Takes the inputs of an instant: what concerns one DAG goes to its shard, everything else to the router. */
  take(inputs: readonly RegistryInput[], now: number): readonly StepResult[];
  next(): number | null;
  /** Hands all parts on to the next runs of their workflows. */
  continueAsNew(): void;
  /** Exports it, and imports it as so many shards. */
  reshard(shards: number, now: number): void;
  whole(): RegistryState;
}

/** `repeats`: each batch comes a second time, as after a crash. */
export function sharded(state: RegistryState, shards: number, { repeats = false } = {}): Sharded {
  let generation = 1;
  let parts = splitState(state, shards, generation).map((part) => openRegistry(part));

  function owned(input: RegistryInput): number {
    if (parts.length === 1) return 0;
    switch (input.kind) {
      case "pause":
      case "resume":
      case "clear":
      case "fire":
      case "backfill":
      case "start":
        return shardOf(input.dag, parts.length);
      default:
        return 0;
    }
  }

  /** What a run of another shard says with its end, beside what any run says. */
  function told(input: RegistryInput): RegistryInput {
    if (input.kind !== "runEnded") return input;
    const run = parts[shardOf(input.dag, parts.length)]?.consumers.get(input.dag)?.state.running[input.run];
    return run === undefined ? input : { ...input, partition: run.partition, began: { at: run.startedAt, hops: run.hops } };
  }

  return {
    get parts() {
      return parts;
    },
    take(inputs, now) {
      const all = inputs.map(told);
      const results: StepResult[] = [];
      const batches = new Map<number, ShardBatch[]>();
      for (const [index, part] of parts.entries()) {
        const own = all.filter((input) => owned(input) === index);
        const routed = (batches.get(index) ?? []).map((batch): RegistryInput => ({ kind: "routed", ...batch }));
        const given = [...own, ...routed, ...(repeats ? routed : [])];
        if (given.length === 0 && (nextWakeup(part) ?? Number.POSITIVE_INFINITY) > now) continue;
        const result = step(part, given, now);
        results.push(result);
        // What is on the way goes through JSON.
        for (const { shard, batch } of result.routed) batches.set(shard, [...(batches.get(shard) ?? []), JSON.parse(JSON.stringify(batch)) as ShardBatch]);
      }
      return results;
    },
    next: () => {
      const instants = parts.map(nextWakeup).filter((at) => at !== null);
      return instants.length === 0 ? null : Math.min(...instants);
    },
    continueAsNew: () => {
      parts = parts.map((part) => continuedAsNew(part));
    },
    reshard: (count, now) => {
      generation = Math.max(generation + 1, now);
      parts = splitState(mergeStates(parts.map(stateOf)), count, generation).map((part) => openRegistry(part));
    },
    whole: () => mergeStates(parts.map(stateOf)),
  };
}
