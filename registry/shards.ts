import type { Catalog } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import { FACTS_OF_A_SHARD } from "../core/fact.ts";
import { earlierCatalog } from "./earlier.ts";
import { MOST_SHARDS, shardOf } from "./shard.ts";
import type { Cell, ConsumerState, Counters, ProjectState, RecallState, RegistryState } from "./state.ts";

/**
 * A whole state in parts, each with the consumers that belong to it and what these refer to. The first is the router's: it has what there
 * is once. What all consumers look at (catalogues, members of groups, a hold) is in every part. `generation` is the instant. Throws `E_SHARDS`.
 */
export function splitState(state: RegistryState, shards: number, generation: number): readonly RegistryState[] {
  if (!Number.isSafeInteger(shards) || shards < 1 || shards > MOST_SHARDS)
    throw new HeadgateError("E_SHARDS", `a registry runs as 1 to ${MOST_SHARDS} shards, and ${shards} were asked for`, { where: "--shards" });
  if (shards === 1) return [structuredClone(state)];
  if (state.repairs !== undefined) {
    throw new HeadgateError("E_SHARDS", `the repair ${state.repairs[0]?.id} is under way, and a repair walks over DAGs of several shards in their order`, {
      hint: "import it with --shards 1; let the repair end, or cancel it by `headgate backfills cancel`, and export it again",
    });
  }
  return Array.from({ length: shards }, (_, index) => partOf(state, index, shards, generation));
}

function partOf(state: RegistryState, index: number, of: number, generation: number): RegistryState {
  const isMine = (dag: string): boolean => shardOf(dag, of) === index;
  const consumers = Object.fromEntries(Object.entries(state.consumers).filter(([dag]) => isMine(dag)));
  const held = new Set(Object.values(consumers).flatMap(eventsOf));
  const { condemned = [], freshness, marks, pastWork, recall, recent, ...rest } = state;
  const mine = condemned.filter(({ dag }) => isMine(dag));
  const once =
    index > 0
      ? { marks: {}, recent: { blocks: [] } }
      : { marks, recent, ...(freshness === undefined ? {} : { freshness }), ...(pastWork === undefined ? {} : { pastWork }) };
  return structuredClone({
    ...rest,
    ...once,
    counters: { ...rest.counters, fact: index === 0 ? rest.counters.fact : (Math.floor(rest.counters.fact / FACTS_OF_A_SHARD) + index) * FACTS_OF_A_SHARD },
    consumers,
    events: state.events.filter(({ seq }) => held.has(seq)),
    backfills: rest.backfills.filter(({ dag }) => isMine(dag)),
    ...(mine.length === 0 ? {} : { condemned: mine }),
    ...(recall === undefined ? {} : { recall: { seqs: index === 0 ? recall.seqs : {}, claims: claimsOf(recall, isMine) } }),
    shard: { index, of, generation, batches: index === 0 ? Array.from({ length: of }, () => 0) : [0] },
  });
}

/**
 * The whole that was split: the parts of all shards, the router's first, or one whole state. Throws `E_STATE` if they are of different
 * registries or lives, if one is missing, or if something is on the way between them.
 */
export function mergeStates(parts: readonly RegistryState[]): RegistryState {
  const [first] = parts;
  if (first === undefined) throw new HeadgateError("E_STATE", "there is no part to merge");
  for (const [index, part] of parts.entries()) refuseStrange(part, index, first, parts.length);
  const { shard: _, ...router } = structuredClone(first);
  const merged: RegistryState = { ...router, consumers: {}, events: [], backfills: [], members: {}, unknown: {}, requests: {} };
  const events = new Map<number, AssetEvent>();
  for (const part of parts) {
    for (const [dag, consumer] of Object.entries(part.consumers)) {
      if (merged.consumers[dag] !== undefined) throw new HeadgateError("E_STATE", `two parts have the DAG ${dag}`);
      merged.consumers[dag] = structuredClone(consumer);
    }
    for (const event of part.events) events.set(event.seq, event);
    merged.clock = Math.max(merged.clock, part.clock);
    merged.counters = largest(merged.counters, part.counters);
    if (part.condemned !== undefined && part !== first) merged.condemned = [...(merged.condemned ?? []), ...structuredClone(part.condemned)];
    if (part.pastWork !== undefined && part !== first) merged.pastWork = [...(merged.pastWork ?? []), ...structuredClone(part.pastWork)];
    merged.backfills.push(...structuredClone(part.backfills));
    for (const [group, members] of Object.entries(part.members)) merged.members[group] = [...new Set([...(merged.members[group] ?? []), ...members])];
    for (const [asset, at] of Object.entries(part.unknown)) merged.unknown[asset] = Math.min(merged.unknown[asset] ?? at, at);
    for (const [request, known] of Object.entries(part.requests)) merged.requests[request] ??= structuredClone(known);
    if (part.recall !== undefined && part !== first)
      merged.recall = merged.recall === undefined ? structuredClone(part.recall) : unite(merged.recall, part.recall);
  }
  for (const project of Object.keys(merged.projects)) merged.projects[project] = projectOf(parts, project);
  merged.events = [...events.values()].sort((a, b) => a.seq - b.seq);
  return merged;
}

function refuseStrange(part: RegistryState, index: number, first: RegistryState, parts: number): void {
  const strange = (why: string): HeadgateError => new HeadgateError("E_STATE", `these are no parts of one registry: ${why}`);
  if (part.epoch !== first.epoch || part.schema !== first.schema) throw strange(`one is of the registry ${part.epoch}, another of ${first.epoch}`);
  const { shard } = part;
  if (shard === undefined && parts === 1) return;
  if (shard?.index !== index || shard.of !== parts)
    throw strange(`part ${index} of ${parts} is ${shard === undefined ? "a whole one" : `${shard.index} of ${shard.of}`}`);
  const sent = first.shard?.batches[index];
  if (index > 0 && (shard.generation !== first.shard?.generation || shard.batches[0] !== sent))
    throw strange(`shard ${index} has taken batch ${shard.batches[0]} of the router, which has handed out ${sent}`);
  const late = Object.entries(first.projects).find(([project, { revision }]) => part.projects[project]?.revision !== revision);
  if (late !== undefined) throw strange(`shard ${index} has another deploy of the project ${late[0]}`);
}

/** Each shard keeps the plans that its own running runs are pinned to. */
function projectOf(parts: readonly RegistryState[], project: string): ProjectState {
  const all = parts.flatMap(({ projects }) => projects[project] ?? []);
  const [{ earlier, ...own }] = all as [ProjectState];
  const left = all.flatMap((one) => one.earlier ?? []);
  const united = left.length < 2 ? left[0] : uniteCatalogs(own.catalog, left);
  return { ...own, ...(united === undefined ? {} : { earlier: united }) };
}

function uniteCatalogs(of: Catalog, left: readonly Catalog[]): Catalog | undefined {
  const assets = new Map(left.flatMap((one) => one.assets).map((asset) => [asset.uri, asset]));
  const dags = new Map(left.flatMap((one) => one.dags).map((dag) => [dag.hash, dag]));
  return earlierCatalog(of, [...assets.values()], [...dags.values()]);
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
  for (const [event, all] of Object.entries(b.claims)) claims[event] = [...(claims[event] ?? []), ...all];
  return { seqs: a.seqs, claims };
}

function largest(a: Counters, b: Counters): Counters {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof Counters)[];
  return Object.fromEntries(keys.map((key) => [key, Math.max(a[key] ?? 0, b[key] ?? 0)])) as unknown as Counters;
}
