import type { RegistryState, ShardState } from "./state.ts";

/**
 * A registry may run as several workflows, its shards. A DAG belongs to one of them, by its id alone. Shard 0 is the router: it alone is sent
 * anything, numbers events, knows repeats and looks after freshness; the others get what they need from it. See routes.ts.
 */

/** Most shards: to each a batch may be on its way, and commands of one workflow task may have 4 MB together. */
export const MOST_SHARDS = 8;

/** Which of `shards` parts a DAG belongs to: the same for ever, whatever else is deployed. FNV-1a. */
export function shardOf(dag: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < dag.length; index += 1) hash = Math.imul(hash ^ dag.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % shards;
}

/** True if a DAG belongs to this shard; in a registry of one workflow each does. */
export function isOwn({ shard }: Pick<RegistryState, "shard">, dag: string): boolean {
  return shard === undefined || shardOf(dag, shard.of) === shard.index;
}

/** True for the one that events are sent to: each registry of one workflow, and shard 0. */
export function isRouter({ shard }: { readonly shard?: Pick<ShardState, "index"> }): boolean {
  return shard === undefined || shard.index === 0;
}

/** The next number of runs, stretches and work: no two shards give one, so parts can be merged whatever each of them did. */
export function nextNumber({ shard }: Pick<RegistryState, "shard">, last: number): number {
  if (shard === undefined) return last + 1;
  const { index, of } = shard;
  return last + 1 + ((((index - last - 1) % of) + of) % of);
}
