import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Cell, ConsumerState, Counters, RecallState, RegistryState } from "./state.ts";

/** Which of `shards` parts a DAG belongs to: the same for ever, whatever else is deployed. FNV-1a. */
export function shardOf(dag: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < dag.length; index += 1) hash = Math.imul(hash ^ dag.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % shards;
}

/**
 * A whole state in parts, each with the consumers that belong to it and what these refer to. What all consumers look at (catalogues,
 * repeats, marks of watchers, members of groups, a hold) is in every part, since each part sees every event.
 */
export function splitState(state: RegistryState, shards: number): readonly RegistryState[] {
  if (!Number.isSafeInteger(shards) || shards < 1) throw new HeadgateError("E_SHARDS", `a state is split into 1 part or more, not ${shards}`);
  return Array.from({ length: shards }, (_, shard) => {
    const isMine = (dag: string): boolean => shardOf(dag, shards) === shard;
    const consumers = Object.fromEntries(Object.entries(state.consumers).filter(([dag]) => isMine(dag)));
    const held = new Set(Object.values(consumers).flatMap(eventsOf));
    const { recall, repairs, condemned: all = [], ...rest } = structuredClone(state);
    const condemned = all.filter(({ dag }) => isMine(dag));
    return {
      ...rest,
      consumers: structuredClone(consumers),
      events: state.events.filter(({ seq }) => held.has(seq)),
      backfills: rest.backfills.filter(({ dag }) => isMine(dag)),
      // A repair walks over many DAGs in order: the first part leads it.
      ...(repairs === undefined || shard > 0 ? {} : { repairs }),
      ...(condemned.length === 0 ? {} : { condemned }),
      ...(recall === undefined ? {} : { recall: { ...recall, claims: claimsOf(recall, isMine) } }),
    };
  });
}

/** The whole that was split. Throws `E_STATE` if parts are of different registries, or two have one DAG. */
export function mergeStates(parts: readonly RegistryState[]): RegistryState {
  const [first] = parts;
  if (first === undefined) throw new HeadgateError("E_STATE", "there is no part to merge");
  const merged: RegistryState = { ...structuredClone(first), consumers: {}, events: [], backfills: [], members: {}, unknown: {}, marks: {}, requests: {} };
  const events = new Map<number, AssetEvent>();
  for (const part of parts) {
    if (part.epoch !== first.epoch || part.schema !== first.schema)
      throw new HeadgateError("E_STATE", `a part of registry ${part.epoch} cannot be merged with one of ${first.epoch}`);
    for (const [dag, consumer] of Object.entries(part.consumers)) {
      if (merged.consumers[dag] !== undefined) throw new HeadgateError("E_STATE", `two parts have the DAG ${dag}`);
      merged.consumers[dag] = structuredClone(consumer);
    }
    for (const event of part.events) events.set(event.seq, event);
    merged.clock = Math.max(merged.clock, part.clock);
    merged.counters = largest(merged.counters, part.counters);
    if (part.condemned !== undefined && part !== first) merged.condemned = [...(merged.condemned ?? []), ...structuredClone(part.condemned)];
    merged.backfills.push(...structuredClone(part.backfills));
    for (const [group, members] of Object.entries(part.members)) merged.members[group] = [...new Set([...(merged.members[group] ?? []), ...members])];
    for (const [asset, at] of Object.entries(part.unknown)) merged.unknown[asset] = Math.min(merged.unknown[asset] ?? at, at);
    for (const [watcher, mark] of Object.entries(part.marks)) if (isNewer(mark, merged.marks[watcher])) merged.marks[watcher] = { ...mark };
    for (const [request, known] of Object.entries(part.requests)) merged.requests[request] ??= structuredClone(known);
    if (part.recall !== undefined && merged.recall !== undefined) merged.recall = unite(merged.recall, part.recall);
  }
  merged.events = [...events.values()].sort((a, b) => a.seq - b.seq);
  return merged;
}

/** Every event that a consumer refers to. */
function eventsOf(consumer: ConsumerState): number[] {
  const seqs: number[] = [...(consumer.backlog ?? [])];
  for (const cell of [...Object.values(consumer.groups), ...Object.values(consumer.shared)]) gather(cell, seqs);
  for (const run of Object.values(consumer.running)) if (run.back !== undefined) seqs.push(...run.events);
  return seqs;
}

function gather(cell: Cell, into: number[]): void {
  for (const { pending = [], kept = [] } of Object.values(cell.leaves)) into.push(...pending, ...kept.map(({ seq }) => seq));
  for (const byKey of Object.values(cell.inner ?? {})) for (const inner of Object.values(byKey)) gather(inner, into);
}

function claimsOf({ claims }: RecallState, isMine: (dag: string) => boolean): RecallState["claims"] {
  const mine = Object.entries(claims).map(([event, all]) => [event, all.filter(({ dag }) => isMine(dag))] as const);
  return Object.fromEntries(mine.filter(([, all]) => all.length > 0));
}

function unite(a: RecallState, b: RecallState): RecallState {
  const claims = { ...a.claims };
  for (const [event, all] of Object.entries(b.claims)) {
    const known = new Set((claims[event] ?? []).map((one) => JSON.stringify(one)));
    claims[event] = [...(claims[event] ?? []), ...all.filter((one) => !known.has(JSON.stringify(one)))];
  }
  return { seqs: a.seqs, claims };
}

function largest(a: Counters, b: Counters): Counters {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Counters)[];
  return Object.fromEntries(keys.map((key) => [key, Math.max(a[key] ?? 0, b[key] ?? 0)])) as unknown as Counters;
}

function isNewer(a: { readonly generation: number; readonly seq: number }, b: { readonly generation: number; readonly seq: number } | undefined): boolean {
  return b === undefined || a.generation > b.generation || (a.generation === b.generation && a.seq >= b.seq);
}
