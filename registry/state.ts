import type { Catalog } from "../core/catalog.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Fate } from "../core/fact.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Cause, EndStatus } from "../core/run.ts";
import type { Awaited } from "./awaits.ts";

/** Version of the state's form. A registry refuses a state of a newer one, and makes its own of an older one: see upgrade.ts. */
export const SCHEMA_VERSION = 3;

/**
 * All that the registry remembers, as JSON. It is laid out by consumer: a consumer never reads another one's part, so that
 * sharding is a matter of handing parts out. Events stand once, and are referred to by their sequence number.
 *
 * Where a key comes from the data of an event, a sign stands in front of it (`=2026-01-01`, `~` for what all partitions share):
 * a value such as `constructor` or `__proto__` is a key like any other, and numbers keep the order in which they were added.
 */
export interface RegistryState {
  readonly schema: typeof SCHEMA_VERSION;
  /** Names this registry for ever; part of the id of every run that it starts. */
  readonly epoch: string;
  /** When the last step was made, in milliseconds. */
  clock: number;
  counters: Counters;
  projects: Record<string, ProjectState>;
  /** Events that something still refers to. */
  events: AssetEvent[];
  consumers: Record<string, ConsumerState>;
  /** The last batch of each managed source. */
  marks: Record<string, { generation: number; seq: number }>;
  recent: RecentState;
  /** The same for runs that ended. */
  ends: RecentState;
  /** Members of groups that events named, beside those of the catalogue, by `=group`. */
  members: Record<string, string[]>;
  /** Assets that no catalogue knows, when they were first seen. */
  unknown: Record<string, number>;
  /** Under way. */
  backfills: BackfillState[];
  /** Under way; absent if there are none. */
  repairs?: RepairState[];
  /** Assets that say how fresh they must be, by URI; absent if there are none. See freshness.ts. */
  freshness?: Record<string, WatchedAsset>;
  /** Backfills and repairs that are over, the newest last; the oldest are forgotten. */
  pastWork?: WorkSummary[];
  /** After a reset: what is still to come again. */
  recall?: RecallState;
  /** Stretches that a consumer let go of: each of their events still gets its fate. */
  condemned?: CondemnedStretch[];
  /** Set while the whole registry is held: nothing starts. */
  hold: { since: number; by: string | null } | null;
  /** What operators asked for lately, by `=request`: asked again, it does nothing. See requests.ts. */
  requests: Record<string, RequestState>;
  /** Which part of a registry this is; absent in one that is a single workflow. See shard.ts. */
  shard?: ShardState;
}

/** One of the workflows of a registry, and what is on the way between them. See routes.ts and routed.ts. */
export interface ShardState {
  /** 0 is the router. */
  readonly index: number;
  readonly of: number;
  /** Of the batches that the router numbers. */
  generation: number;
  /** Of the router: the number of the last batch to each shard. Of another one: that of the last batch that it took. */
  batches: number[];
  /** Of the router: shards whose runs may wait for an event of an asset. */
  awaited?: Record<string, number[]>;
  /** Of another shard: the last event that the router had numbered with the last batch. */
  seen?: number;
  /** Of another shard: events up to here were taken before the router was reset, and may come again. */
  floor?: number;
}

/** What is remembered of an asset that says how fresh it must be. */
export interface WatchedAsset {
  /** When somebody began to look. */
  readonly since: number;
  /** When its last event was accepted; absent if none was since. */
  updatedAt?: number;
  /** What was last said of it; absent while that is `unknown`. */
  state?: "fresh" | "stale";
  /** How often it changed. */
  changes?: number;
}

export interface RequestState {
  /** When it came first. */
  readonly at: number;
  /** Of a redelivery: the last event that was handed over, by acceptance and number. */
  upto?: readonly [at: number, seq: number];
  /** The backfill or repair that it opened. */
  work?: string;
}

/** What only ever grows. */
export interface Counters {
  /** The last accepted event. */
  event: number;
  /** The last fact. */
  fact: number;
  /** The last run that this registry started. */
  run: number;
  /** The last id that was given to an event without one. */
  name: number;
  /** The last backfill or repair; absent before the first. */
  work?: number;
  /** The last stretch; absent before the first. */
  stretch?: number;
}

export interface ProjectState {
  revision: number;
  /** Not carried from run to run: see carried-state.ts. */
  catalog: Catalog;
  /** What earlier catalogues left behind, as a catalogue: assets that stay, and plans that running runs are pinned to. */
  earlier?: Catalog;
  /**
   * In a carried state: how many DAGs of the catalogue, in its order, were registered when, and from which sequence they see events.
   * A consumer is written out only as far as it differs from that.
   */
  births?: [dags: number, registeredAt: number, fromSeq: number][];
}

/** Ids of the last 24 hours, at most 10,000, as short fingerprints. See dedupe.ts. */
export interface RecentState {
  /** Oldest first: when, and the marks of that time. */
  blocks: { at: number; marks: string[] }[];
}

/** One DAG with a condition. */
export interface ConsumerState {
  readonly dag: string;
  project: string;
  registeredAt: number;
  /** It sees events from this sequence on. */
  fromSeq: number;
  /** Leaves by identity, with the number under which cells know them. */
  leaves: LeafRecord[];
  nextLeaf: number;
  /** Since when it is paused, and the last event accepted before. */
  paused: { since: number; by: string | null; seq: number } | null;
  /** Last un-pausing. */
  resumedAt?: number;
  /** Recorded events that it waits for before it starts anything: see hand-over.ts. */
  wants?: { since: number; after: number };
  /** Why it is quarantined; its events wait in `backlog`. */
  faulted: string | null;
  backlog?: number[];
  /** After an edit: stretches whose events must be placed anew, one by one, before anything starts. */
  unplaced?: UnplacedStretch[];
  /** By `=id`: the key and partition whose events are gathered together. */
  groups: Record<string, GroupState>;
  /** What leaves on unpartitioned assets gathered for a partitioned condition, by the condition's `by` value as `~value`. */
  shared: Record<string, Cell>;
  running: Record<string, RunState>;
  /** Newest event that was taken in mode `latest`, by group and asset. */
  newestTaken?: Record<string, Record<string, { time: number; seq: number }>>;
  /** Starts that the throttle still counts. */
  starts?: number[];
  /** When a `once` key last started a run. */
  once?: Record<string, number>;
  /** Failed runs in a row. */
  failures?: number;
  /** What failed runs hold; of the newest of them also which run holds how many, as `=run`. See held-runs.ts. */
  held?: { runs: number; events: number; of?: Record<string, number> };
  overflowing?: boolean;
  /** When slices older than `remember` were last forgotten. */
  forgotAt?: number;
}

export interface LeafRecord {
  readonly no: number;
  /** Kind, asset, filter, mapping and the number among equal leaves. */
  readonly id: string;
  since: number;
  /** The next tick of a `cron` or `every`. */
  next?: number;
  /** The newest partition that a `latest` mapping saw, by asset. */
  newestKey?: Record<string, string>;
}

/** What is gathered together and taken by one run. */
export interface GroupState extends Cell {
  /** Key of its runs, for concurrency and the ledger. */
  readonly key: string;
  readonly partition: string | null;
  /** Value of the condition's `by`; `""` without one. */
  readonly by: string;
  /** Since when the condition is due, for `debounce`. */
  dueSince?: number;
  /** How often an event came back from a failed run. */
  returns?: Record<string, number>;
}

/** A place where leaves gather. Nested ones belong to inner `by` nodes: by the node's text, then by `=value`. */
export interface Cell {
  leaves: Record<number, LeafCell>;
  inner?: Record<string, Record<string, Cell>>;
}

/** What one leaf holds in one cell. */
export interface LeafCell {
  /** Sequence numbers, oldest first by event time and acceptance. */
  pending?: number[];
  /** Pending as well, and kept outside the state; by their oldest event. See stretches.ts. */
  stretches?: Stretch[];
  /** Newest events of a `keep` leaf, oldest first, and whether a run referred to them, or another leaf gave them to a run. */
  kept?: { seq: number; referred: boolean; consumed?: true }[];
  /** The tick it holds. */
  tick?: number;
  /** Last value of the `changed` path by asset. */
  changed?: Record<string, Json>;
  /** Upstream keys ever seen, for mappings that wait. */
  seen?: string[];
  /** Newest accepted events of an `absent` leaf: when and which; as many as it counts. */
  accepted?: [at: number, seq: number][];
  /** When a run last took part in it, for `absent`. */
  tookPart?: number;
  /** Newest event time seen below a `within`. */
  newest?: number;
}

/** Pending events of one leaf and cell that are kept outside the state, in their order. */
export interface Stretch {
  readonly no: number;
  /** Under which name they are kept; empty until that is known. */
  readonly name: string;
  /** What keeps them: the store, or a workflow of their own while the store is away. */
  readonly kept: StretchKeeper;
  /** How many they were when they were parked. */
  readonly count: number;
  readonly oldest: StretchEnd;
  readonly newest: StretchEnd;
  /** Numbers of those that a run took all the same: a reset brought that run to light. */
  gone?: number[];
}

export type StretchKeeper = "store" | "temporal";
export type StretchEnd = readonly [time: number, seq: number, at: number];

/** Its events are not pending any more, and nobody waits for it. */
export interface CondemnedStretch {
  readonly stretch: Stretch;
  readonly dag: string;
  readonly key: string;
  readonly fate: Fate;
  readonly why?: string;
}

export interface UnplacedStretch {
  readonly stretch: Stretch;
  readonly leaf: number;
  /** Key of the group that it was gathered in. */
  readonly key: string;
}

export interface RunState {
  readonly key: string;
  readonly partition: string | null;
  readonly startedAt: number;
  heardAt: number;
  temporalRunId?: string;
  /** Nobody but a signal says that there is this run: see run-claims.ts. */
  claimed?: true;
  readonly cause: Cause;
  readonly hops: number;
  readonly plan: string | null;
  /** Events that it consumed. */
  readonly events: number[];
  /** Of a rerun: how many events of the first run it carries. */
  readonly carries?: number;
  /** Where they came from, kept if a failure gives them back. */
  back?: TakenFrom[];
  /** Group that it took from. */
  group?: string;
  /** The backfill or repair that it is a part of. */
  backfill?: string;
  /** Events that its tasks wait for and that have not come: see awaits.ts. */
  awaits?: Awaited[];
}

/** A leaf and what a run took from it. */
export interface TakenFrom {
  readonly leaf: number;
  readonly seqs: number[];
  readonly tick?: number;
}

/** What backfills and repairs have in common: who asked for them, and how many of their runs may run at once. */
export interface AskedWork {
  readonly id: string;
  readonly parallel: number;
  readonly openedAt: number;
  readonly by: string | null;
  readonly why: string | null;
  readonly params?: JsonObject;
  /** Nothing of it starts any more. */
  cancelled?: { readonly at: number; readonly by: string | null };
}

/** Runs for a list of partitions that a person asked for. */
export interface BackfillState extends AskedWork {
  readonly dag: string;
  readonly total: number;
  /** Partitions that have not started, in order. */
  waiting: string[];
  running: number;
  /** Runs that ended, by their status. */
  ended: Record<EndStatus, number>;
  /** The first partitions whose runs did not succeed. */
  troubles: Trouble[];
}

/** Slices to be made anew, each once, in the order of what is made from what. */
export interface RepairState extends AskedWork {
  readonly asset: string;
  /** Whatever a step stands on comes before it. */
  readonly steps: RepairStep[];
  /** The first steps that did not succeed, and those that were stopped for them. */
  readonly troubles: Trouble[];
}

export interface RepairStep {
  readonly dag: string;
  readonly partition: string | null;
  /** Places of the steps that must have succeeded before it. */
  readonly needs: readonly number[];
  status: StepStatus;
  run?: string;
}

/** `stopped`: something that it stands on did not succeed, or the repair was cancelled. */
export type StepStatus = "waiting" | "running" | EndStatus | "stopped";

/** What did not become of a backfill or repair, and why. */
export interface Trouble {
  readonly dag: string;
  readonly partition: string | null;
  readonly why: string;
}

/** The state of a registry that has seen nothing. `epoch` must be unique among all registries of a namespace. */
export function emptyState(epoch: string): RegistryState {
  return {
    schema: SCHEMA_VERSION,
    epoch,
    clock: 0,
    counters: { event: 0, fact: 0, run: 0, name: 0 },
    projects: {},
    events: [],
    consumers: {},
    marks: {},
    recent: { blocks: [] },
    ends: { blocks: [] },
    members: {},
    unknown: {},
    backfills: [],
    hold: null,
    requests: {},
  };
}

/** What a reset undid of the accepting and taking of events that have not come again yet, by the identity of the event. */
export interface RecallState {
  /** The number that the event had. */
  seqs: Record<string, number[]>;
  /** The runs that took it. */
  claims: Record<string, Claim[]>;
}

/** A run that took an event. */
export interface Claim {
  readonly dag: string;
  readonly key: string;
  readonly run: string;
}

/** A backfill or repair as people ask for it. */
export interface WorkSummary {
  readonly id: string;
  readonly kind: "backfill" | "repair";
  /** The DAG of a backfill, the asset of a repair. */
  readonly of: string;
  readonly status: "running" | "succeeded" | "failed" | "cancelled";
  /** Runs of it that may run at once. */
  readonly parallel: number;
  readonly openedAt: number;
  readonly endedAt: number | null;
  readonly by: string | null;
  readonly why: string | null;
  readonly runs: { readonly total: number } & Readonly<Record<StepStatus, number>>;
  /** The first runs that did not succeed, and what was stopped for them. */
  readonly troubles: readonly Trouble[];
}
