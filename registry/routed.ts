import type { AssetEvent } from "../core/event.ts";
import { heldFrom } from "./held.ts";
import type { RegistryInput } from "./input.ts";
import type { Held } from "./order.ts";
import { recallSeq } from "./recall.ts";
import type { Registry } from "./registry.ts";
import type { ShardBatch } from "./routes.ts";
import type { RegistryState, ShardState } from "./state.ts";

/** Puts what came from the router in the place of the batches that it came in. A batch that was taken before is dropped. */
export function unpack(registry: Registry, inputs: readonly RegistryInput[]): readonly RegistryInput[] {
  const { shard } = registry.state;
  if (shard === undefined || shard.index === 0) return inputs;
  return inputs.flatMap((input): readonly RegistryInput[] => {
    if (input.kind !== "routed") return [input];
    if (!follows(registry, shard, input)) return [];
    return input.inputs;
  });
}

/** Moves the mark of the batches. What is missing is said loudly: a shard without it would wait for events that never come. */
function follows(registry: Registry, shard: ShardState, { accepted, generation, no }: ShardBatch): boolean {
  if (generation < shard.generation) return false;
  if (generation > shard.generation) {
    // The router was reset: it sends again what it had sent before, numbered anew; the events have the numbers that they had.
    shard.generation = generation;
    shard.batches = [0];
    shard.floor = shard.seen ?? 0;
  }
  const [last = 0] = shard.batches;
  if (no <= last) return false;
  if (no > last + 1) {
    registry.ledger.warn(
      "E_SHARD_GAP",
      `shard ${shard.index} has taken batch ${last} of the router, and ${no} came: what was between is missing, so nothing more is taken; restore the registry`,
    );
    return false;
  }
  shard.batches = [no];
  shard.seen = accepted;
  return true;
}

/** At the end of an instant: the number of the last event is the router's, also if that event was for other shards. */
export function noteSeen({ counters, shard }: RegistryState): void {
  if (shard?.seen !== undefined) counters.event = Math.max(counters.event, shard.seen);
}

/** An event that the router accepted, as this shard holds it. Undefined for one that came before the router was reset. */
export function takeAccepted(registry: Registry, event: AssetEvent): Held | undefined {
  const { counters, recall, shard } = registry.state;
  if (event.seq <= (shard?.floor ?? 0)) return undefined;
  if (recall !== undefined) recallSeq(registry, event);
  counters.event = Math.max(counters.event, event.seq);
  return heldFrom(registry.events, event);
}

/** An asset that only events know, or a group that an event named: patterns and groups of each shard have the same members. */
export function takeNoted(registry: Registry, { asset, group, at }: Extract<RegistryInput, { kind: "noted" }>): void {
  const { assets, state } = registry;
  if (group === null) {
    state.unknown[asset] ??= at;
    assets.note(asset);
    return;
  }
  const entry = `=${group}`;
  const members = state.members[entry] ?? [];
  if (members.includes(asset)) return;
  state.members[entry] = [...members, asset];
  assets.noteMember(group, asset);
}
