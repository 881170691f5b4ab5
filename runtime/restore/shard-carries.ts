import type { RegistryInput, RegistryState } from "../../registry/index.ts";
import { shardOf } from "../../registry/shard.ts";
import { mergeStates, splitState } from "../../registry/shards.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";

/**
 * What each shard is to carry of a registry that was one workflow. `generation` must be greater than of any split before. Throws `E_SHARDS`.
 */
export function splitCarry(carry: RegistryCarry, shards: number, generation: number): readonly RegistryCarry[] {
  if (shards === 1) return [carry];
  const ownerOf = (dag: string): number => shardOf(dag, shards);
  return splitState(carry.state as RegistryState, shards, generation).map((state, index) => {
    const { answering = [], leaving, parking, releasing, ...rest } = carry;
    const told = answering.filter(({ run }) => ownerOf(dagOf(run)) === index);
    return {
      ...rest,
      state,
      inbox: carry.inbox.filter((input) => ownersOf(input, ownerOf).includes(index)),
      checking: index === 0 ? carry.checking : [],
      dispatching: carry.dispatching.filter(({ dag }) => ownerOf(dag) === index),
      facts: index === 0 ? carry.facts : [],
      ...(told.length === 0 ? {} : { answering: told }),
      ...(index > 0 || leaving === undefined ? {} : { leaving }),
      ...(index > 0 || releasing === undefined ? {} : { releasing }),
      // Whose they are the state says: the others let go of their copies.
      ...(parking === undefined ? {} : { parking }),
    };
  });
}

/** What all shards of a closed registry carried, the router's first, as of one workflow. Throws `E_STATE`. */
export function mergeCarries(carries: readonly RegistryCarry[]): RegistryCarry {
  const [router] = carries as readonly [RegistryCarry];
  if (carries.length === 1) return router;
  const answering = carries.flatMap((carry) => carry.answering ?? []);
  const parking = carries.flatMap((carry) => carry.parking ?? []);
  const releasing = carries.flatMap((carry) => carry.releasing ?? []);
  return {
    ...router,
    state: mergeStates(carries.map(({ state }) => state as RegistryState)),
    inbox: carries.flatMap(({ inbox }) => inbox),
    checking: carries.flatMap(({ checking }) => checking),
    dispatching: carries.flatMap(({ dispatching }) => dispatching),
    facts: carries.flatMap(({ facts }) => facts),
    leaving: Object.assign({}, ...carries.map(({ leaving }) => leaving ?? {})),
    ...(answering.length === 0 ? {} : { answering }),
    ...(parking.length === 0 ? {} : { parking }),
    ...(releasing.length === 0 ? {} : { releasing }),
  };
}

/** Which shards an input is for that was accepted and not stepped. */
function ownersOf(input: RegistryInput, ownerOf: (dag: string) => number): readonly number[] {
  switch (input.kind) {
    case "pause":
    case "resume":
    case "clear":
    case "fire":
    case "redeliver":
    case "mark":
    case "start":
    case "backfill":
    case "handOver":
      return [ownerOf(input.dag)];
    // What was being read is asked for again.
    case "read":
      return [];
    default:
      return [0];
  }
}

/** Of a run's id. */
function dagOf(run: string): string {
  return run.slice(0, run.lastIndexOf("/"));
}
