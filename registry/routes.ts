import type { AssetEvent } from "../core/event.ts";
import { jsonLength } from "../core/limits.ts";
import type { RegistryInput } from "./input.ts";
import { type Listeners, listenersIn } from "./listeners.ts";
import type { Held } from "./order.ts";
import { shardOf } from "./shard.ts";
import type { RegistryState, ShardState } from "./state.ts";

/** What one step of the router has for one other shard. Taken by its number once: a repeat is dropped, and a gap is an error. */
export interface ShardBatch {
  /** Begun when the registry was put into shards, and anew when the router was reset: what it sends then is numbered anew. */
  readonly generation: number;
  /** From 1 on in each generation. */
  readonly no: number;
  /** The last event that the router has numbered; if more of its step follows, the last one that is in here. */
  readonly accepted: number;
  readonly inputs: readonly RoutedInput[];
}

/** What reaches a shard in this way. */
export type RoutedInput = Extract<RegistryInput, { kind: "accepted" | "noted" | "runStarted" | "runEnded" | "register" | "hold" | "release" }>;

/** Where the router hands on what concerns DAGs of other shards. */
export interface Routes {
  /** Learns what is deployed. */
  deployed(projects: RegistryState["projects"]): void;
  /** True if an event of the asset is for somebody in another shard. */
  hears(asset: string): boolean;
  /** An event that was accepted; `early` if a run published it with its end. */
  event(held: Pick<Held, "event" | "bytes">, early: boolean): void;
  /** For the shard that the DAG belongs to. */
  give(dag: string, input: RoutedInput): void;
  /** For all other shards. */
  tell(input: RoutedInput): void;
  /** What this step has for other shards. */
  take(accepted: number): readonly RoutedBatch[];
  /** Numbers anew from here on. */
  begin(generation: number): void;
}

export interface RoutedBatch {
  readonly shard: number;
  readonly batch: ShardBatch;
}

/** Bytes of events in one batch. Of each shard one signal is on its way at a time, and commands of one workflow task may have 4 MB together. */
const BATCH_BYTES = 128 * 1024;
/** Answers are remembered by asset; past this many they are found anew. */
const REMEMBERED = 200_000;
const NOBODY: readonly number[] = [];

interface Waiting {
  readonly inputs: RoutedInput[];
  bytes: number;
  /** Its last event. */
  seq: number;
}

/** The routes of shard 0. What it keeps of them stands in its state. */
export function createRoutes(shard: ShardState): Routes {
  let listeners: Listeners = listenersIn([]);
  const found = new Map<string, readonly number[]>();
  const waiting = Array.from({ length: shard.of }, (): Waiting[] => []);

  /** The last batch for a shard, or a new one if so much does not go into it. */
  function room(to: number, bytes: number): Waiting {
    const batches = waiting[to] as Waiting[];
    const last = batches.at(-1);
    if (last !== undefined && last.bytes + bytes <= BATCH_BYTES) {
      last.bytes += bytes;
      return last;
    }
    const next: Waiting = { inputs: [], bytes, seq: 0 };
    batches.push(next);
    return next;
  }

  function add(to: number, input: RoutedInput): void {
    room(to, input.kind === "register" ? 0 : jsonLength(input)).inputs.push(input);
  }

  function find(asset: string, groups: readonly string[] | undefined): readonly number[] {
    const shards = new Set([...listeners.of(asset, groups).map(({ dag }) => shardOf(dag, shard.of)), ...(shard.awaited?.[asset] ?? [])]);
    shards.delete(0);
    return [...shards];
  }

  function shardsFor(asset: string, groups?: readonly string[]): readonly number[] {
    if (groups !== undefined && groups.length > 0) return find(asset, groups);
    const known = found.get(asset);
    if (known !== undefined) return known;
    const shards = find(asset, undefined);
    if (found.size >= REMEMBERED) found.clear();
    found.set(asset, shards.length === 0 ? NOBODY : shards);
    return shards;
  }

  /** Runs go on waiting for what the plan named that they began with, so an asset that was ever waited for stays here. */
  function noteAwaited(projects: RegistryState["projects"]): void {
    for (const { plan } of Object.values(projects).flatMap(({ catalog }) => catalog.dags)) {
      const to = shardOf(plan.dag, shard.of);
      for (const { wait } of plan.tasks) {
        if (to === 0 || wait?.for !== "event" || shard.awaited?.[wait.asset]?.includes(to) === true) continue;
        shard.awaited = { ...shard.awaited, [wait.asset]: [...(shard.awaited?.[wait.asset] ?? []), to] };
      }
    }
  }

  return {
    deployed: (projects) => {
      listeners = listenersIn(Object.values(projects).map(({ catalog }) => catalog));
      noteAwaited(projects);
      found.clear();
    },
    hears: (asset) => shardsFor(asset).length > 0,
    event: ({ event, bytes }, early) => {
      for (const to of shardsFor(event.asset, event.groups)) {
        const batch = room(to, bytes);
        const { inputs } = batch;
        const last = inputs.at(-1);
        batch.seq = Math.max(batch.seq, event.seq);
        if (last?.kind === "accepted" && last.early === early) (last.events as AssetEvent[]).push(event);
        else inputs.push({ kind: "accepted", events: [event], early });
      }
    },
    give: (dag, input) => add(shardOf(dag, shard.of), input),
    tell: (input) => {
      for (let to = 1; to < shard.of; to += 1) add(to, input);
    },
    take: (accepted) => {
      const batches: RoutedBatch[] = [];
      for (const [to, all] of waiting.entries()) {
        const last = all.length - 1;
        for (const [index, { inputs, seq }] of all.splice(0).entries()) {
          const no = (shard.batches[to] ?? 0) + 1;
          shard.batches[to] = no;
          batches.push({ shard: to, batch: { generation: shard.generation, no, accepted: index === last ? accepted : seq, inputs } });
        }
      }
      return batches;
    },
    begin: (generation) => {
      shard.generation = Math.max(generation, shard.generation + 1);
      shard.batches = shard.batches.map(() => 0);
    },
  };
}
