import type { Catalog } from "../core/catalog.ts";
import type { CatalogPart } from "../core/catalog-parts.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Fact } from "../core/fact.ts";
import type { JsonObject } from "../core/json.ts";
import type { PoolAsk, PoolMember } from "../core/pool-protocol.ts";
import type { DecidedStart, LoadedPlan, RunEnded, RunStart, RunStarted, TaskStatus, UnstartedRun } from "../core/run.ts";
import type { AttemptRecord, TaskRecord } from "../core/tasks/records.ts";
import type { WatcherReset, WatcherSessionEnd } from "../core/watcher-protocol.ts";
import type { KeptStretch } from "../registry/index.ts";

/** Regular activities of the registry, on the system queue. The registry never uses a local one: it would run before its decision is durable. */
export interface RegistryActivities {
  /** Checks the data of raw events against the schemas of their assets. Order is kept in each list. */
  checkEvents(input: { readonly events: readonly unknown[] }): Promise<{ readonly good: readonly unknown[]; readonly rejected: readonly RejectedEvent[] }>;
  /** One part of what the registry needs of a catalogue. Throws E_CATALOG_GONE. */
  loadCatalog(input: { readonly hash: string; readonly part: number }): Promise<CatalogPart>;
  /** Keeps a catalogue outside the registry's state. One that is kept already stays as it is. */
  keepCatalog(input: { readonly catalog: Catalog }): Promise<void>;
  /** Lets catalogues go. One that is gone already is no error. */
  endCatalogs(input: { readonly hashes: readonly string[] }): Promise<void>;
  /** Keeps pending events outside of the registry's state: in the store, or in Temporal while the store does not answer. */
  keepStretch(input: { readonly name: string; readonly events: readonly AssetEvent[] }): Promise<Pick<KeptStretch, "kept">>;
  /** In the order in which they were kept. Throws E_STORE as long as the store must be waited for, and E_STRETCH_GONE. */
  readStretch(input: Omit<KeptStretch, "no">): Promise<{ readonly events: readonly AssetEvent[] }>;
  /** Nobody refers to these any more. Once too often is harmless. */
  releaseStretches(input: { readonly stretches: readonly Omit<KeptStretch, "no">[] }): Promise<void>;
  /** Starts decided runs by client. A repeat with the same decisions is harmless. Returns those that can never start. */
  dispatch(input: { readonly starts: readonly RunStart[] }): Promise<{ readonly refused: readonly RunEnded[] }>;
  /** Writes facts to the store. */
  project(input: {
    readonly registry: string;
    readonly facts: readonly Fact[] /** Milliseconds to wait after the write. */;
    readonly hold: number;
  }): Promise<void>;
  /** Starts a workflow under this id that writes facts to the store, for as long as it takes. A repeat is harmless. */
  startProjector(input: { readonly id: string; readonly registry: string; readonly facts: readonly Fact[] }): Promise<void>;
  /** Looks at runs that were not heard of for long: which of them are closed or missing, and under which id the others run. */
  reconcile(input: { readonly runs: readonly RunToLookAt[] }): Promise<{ readonly ended: readonly RunEnded[]; readonly running: readonly RunStarted[] }>;
  /** For each of these runs, in order: null if Temporal has it, and else what is wrong with it. */
  verifyRuns(input: { readonly runs: readonly NamedRun[] }): Promise<{ readonly refused: readonly (string | null)[] }>;
  /**
   * After a reset of the registry: what it had decided since the task that it was reset to, in order of its decisions, from the
   * one after `after` on. `more` says that there are others. Tells of earlier resets again.
   */
  recall(input: { readonly after: number }): Promise<Recalled>;
  /** Of the router of a registry in shards: an update for another shard. The same `id` is the same update. Throws E_SHARD_AWAY. */
  askShard(input: { readonly workflow: string; readonly update: string; readonly input: unknown; readonly id: string }): Promise<unknown>;
}

export interface Recalled {
  readonly starts: readonly DecidedStart[];
  /** Under which number an event had been accepted, by its identity. */
  readonly events: readonly (readonly [identity: string, seq: number])[];
  /** Runs that the store may have and that nobody was asked to start. */
  readonly unstarted: readonly UnstartedRun[];
  /** The highest number of a fact that may be in the store. */
  readonly facts: number;
  /** True if there are more starts; the rest is told with the first ones. */
  readonly more: boolean;
}

/** A run as a signal names it. */
export type NamedRun = Pick<RunEnded, "run" | "temporalRunId" | "dag">;

export interface RunToLookAt {
  readonly run: string;
  readonly dag: string;
  readonly partition: string | null;
  /** As far as it is known. */
  readonly temporalRunId?: string;
}

export interface RejectedEvent {
  readonly event: unknown;
  readonly code: string;
  readonly why: string;
}

/** Local activities of a run. */
export interface RunActivities {
  /** The plan by hash, or the deployed one; parameters checked and completed by the DAG's schema where this worker has it. Throws E_PLAN_GONE, E_DAG_UNKNOWN, E_PARAMS. */
  loadPlan(input: { readonly dag: string; readonly hash?: string; readonly params: JsonObject }): Promise<LoadedPlan>;
  /** Tells the registry of a run that it did not start. Never fails the run: an unreachable registry is logged. */
  announceRun(input: RunStarted): Promise<void>;
  /** Hands the outlets of a task that is not the last one to the registry. */
  publishOutlets(input: { readonly run: string; readonly events: RunEnded["outlets"] }): Promise<void>;
  /** Tells the store of a task that has no activity of its own to say it: a map, a wait. Returns at once. */
  recordTask(input: TaskRecord): Promise<void>;
  /** Tells the store of an attempt of such a task. Returns at once. */
  recordAttempt(input: AttemptRecord): Promise<void>;
  /** Asks a pool for places, and starts the pool if it is empty. The same once more changes nothing. Throws `E_POOL`. */
  askPool(input: { readonly pool: string } & Omit<PoolAsk, "places">): Promise<void>;
  /** Hands the last outlets and the end of the run to the registry, in one signal, and the statuses of its tasks to the store. */
  reportEnd(input: RunReport): Promise<void>;
}

/** What a run calls outside of its history. The worker completes a workflow task only after the sinks that it called have come back. */
export type RunSinks = {
  readonly headgateRun: {
    /** Comes back when the registry has accepted the end, or when the run has accepted the signal that it did not. */
    end(report: RunReport, consumed?: ConsumedTrace): void;
  };
};

/** What the trace of a run says of the events that it consumed. */
export interface ConsumedTrace {
  /** The spans that they come from, some of them. */
  readonly links: readonly string[];
  /** When the last of them was accepted, in milliseconds; undefined without events. */
  readonly acceptedAt?: number;
}

/** The end of a run with the last status of each task. */
export interface RunReport extends RunEnded {
  /** Empty for a run that never found its plan. */
  readonly tasks: readonly { readonly task: string; readonly status: TaskStatus; readonly why?: string }[];
}

/** Activities of a watcher, on the project's queue. */
export interface WatcherActivities {
  /**
   * One long heartbeating session; it ends when it is cancelled, fenced or when its time is up. Failures that may pass are tried
   * again inside. Throws E_WATCHER_GAP and E_WATCHER_CHANGED, which need a person, and E_WATCHER_UNKNOWN.
   */
  watchSession(input: {
    readonly watcher: string /** Milliseconds. */;
    readonly length: number /** Number that health signals carry. */;
    readonly session: number;
  }): Promise<WatcherSessionEnd>;
  /** Gives the watcher a new position. The same reset again changes nothing. */
  resetWatcher(input: WatcherReset): Promise<{ readonly generation: number }>;
}

/** On the workers of tasks. */
export interface KeptActivities {
  /** The input of a task with what its references stand for. Throws `E_KEPT_GONE`, `E_STORE`, and `E_RESULT_SIZE` if that is too large to be handed over. */
  loadKept(input: { readonly input: JsonObject }): Promise<JsonObject>;
}

/** Of pools, on the system queue. */
export interface PoolActivities {
  /** Which of these places nobody has any more: no task runs in it, and the workflow that was given it has ended or let two minutes pass. */
  lookAtPlaces(input: { readonly places: readonly PlaceToLookAt[] }): Promise<{ readonly empty: readonly Pick<PlaceToLookAt, "place" | "since">[] }>;
}

export interface PlaceToLookAt extends Partial<PoolMember> {
  readonly place: number;
  /** Workflow id that holds it while a task runs. */
  readonly slot: string;
  /** When it was given away, in milliseconds since 1970. */
  readonly since: number;
}

/** On the workers that wait, for runs that began before pools had turns. */
export interface PoolRaceActivities {
  /** Waits until a place of the pool is free, and names the workflow that would hold it. Another task may be faster. Throws `E_POOL`. */
  findSlot(input: { readonly pool: string }): Promise<{ readonly slot: string }>;
}
