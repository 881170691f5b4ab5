// Made from the API's document by `npm run api:types`; a test compares the two.

export interface Accepted {
  readonly accepted: number;
  /** In the order of the events; those that had none got one. */
  readonly ids: readonly string[];
}

export interface Answered {
  readonly run: string;
  readonly task: string;
  readonly approved: boolean;
  readonly by: string;
}

export interface Asset {
  readonly asset: string;
  /** How many events it had; 0 before the first. */
  readonly version: number;
  /** How many of its partitions have an event. */
  readonly partitions: number;
  readonly firstAt: string | null;
  readonly last: LastEvent | null;
  /** Null where it does not say how fresh it must be. */
  readonly freshness: Freshness | null;
  /** As it was last deployed; null where only events or conditions name it. */
  readonly definition: AssetDefinition | null;
  readonly project: string | null;
  readonly definitionVersion: number;
  readonly definitionHash: string | null;
}

export interface AssetDefinition {
  readonly uri: string;
  /** The URI as written, where it holds placeholders. */
  readonly template?: string;
  readonly partitions?: PartitionDefinition;
  readonly groups?: readonly string[];
  /** Whether the data of its events is checked. */
  readonly schema: boolean;
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly freshness?: {
    /** A duration like 26h, or milliseconds. */
    readonly within: string | number;
  } | {
    readonly by: string;
    readonly tz?: string;
    /** A duration like 26h, or milliseconds. */
    readonly within?: string | number;
  };
  /** Its data contract, by its file. */
  readonly contract?: {
    readonly file: string;
    readonly onViolation: "reject" | "quarantine" | "warn";
  };
}

export type AssetEvent = LastEvent & {
  /** The version that it gave its partition. */
  readonly version: number;
  readonly registry: string;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
};

export interface AssetEventPage {
  readonly items: readonly AssetEvent[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface AssetPage {
  readonly items: readonly Asset[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface CancelAsked {
  readonly run: string;
  /** Null of a dry run. */
  readonly asked: "cancel" | null;
}

export interface Cause {
  readonly kind: "condition" | "person" | "schedule" | "backfill" | "repair" | "run" | "rerun";
  /** Of a rerun the run that it repeats, of a backfill or repair its id; else words for people. */
  readonly text: string;
}

export interface ChangeHint {
  /** What changed: `run`, `task`, `log`, `event`, `fate`, `quarantine`, `consumer`, `deploy`, `batch`, `operation`. */
  readonly kind: string;
  /** Of what; empty means that too many changed to name them. */
  readonly ids: readonly string[];
}

export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data?: unknown;
  readonly data_base64?: string;
  readonly partitionkey?: string;
  readonly asset?: string;
  readonly traceparent?: string;
}

export type ComparedRun = ReplayedRun & {
  readonly run: string;
  readonly status: string;
  readonly endedAt: string | null;
};

export interface ConditionState {
  readonly kind: string;
  /** The part of the condition, in words. */
  readonly text: string;
  readonly key?: string;
  readonly due: boolean;
  /** Events that wait in a leaf. */
  readonly pending?: number;
  /** What it waits for; absent if it is due. */
  readonly waitsFor?: string;
  readonly children?: readonly ConditionState[];
}

export interface Dag {
  readonly dag: string;
  readonly project: string;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  /** Its condition in words; null for a DAG that only people and services start. */
  readonly condition: string | null;
  readonly on: Readonly<Record<string, unknown>> | null;
  readonly paused: Stopped | null;
  /** Why its evaluation is quarantined. */
  readonly faulted: string | null;
  readonly running: number;
  /** Events that have gathered. Left out while the registry is away, as are the failed ones. */
  readonly pending?: number;
  /** Failed runs that hold their events. */
  readonly failedRuns?: number;
  readonly heldEvents?: number;
  readonly lastRun: LastRun | null;
}

export type DagDetails = Dag & {
  /** Of its plan. */
  readonly hash: string;
  readonly taskQueue: string;
  /** Mode, concurrency and what else holds its runs back; what is left out is as usual. */
  readonly policy: Readonly<Record<string, unknown>>;
  readonly plan: Plan;
};

export interface DagExplanation {
  readonly kind: "consumer";
  readonly dag: string;
  readonly project: string;
  /** In words; null for a DAG that only people and schedules start. */
  readonly condition: string | null;
  readonly registeredAt: string;
  readonly paused: {
    readonly since: string;
    readonly by: string | null;
  } | null;
  readonly held: {
    readonly since: string;
    readonly by: string | null;
  } | null;
  readonly faulted: string | null;
  readonly running: readonly {
    readonly run: string;
    readonly key: string;
    readonly since: string;
  }[];
  /** What failed runs hold. */
  readonly failed: {
    readonly runs: number;
    readonly events: number;
  };
  readonly work: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly text: string;
  }[];
  /** What has gathered, what is due first; at most 50. */
  readonly groups: readonly GatheredGroup[];
  readonly moreGroups: number;
  /** When time alone changes something next. */
  readonly next: string | null;
  /** The newest event of each asset that it waits for, and what it did with it. */
  readonly lastSeen: readonly ({
    readonly asset: string;
    readonly event: {
      readonly at: string;
      readonly id: string;
      readonly source: string;
      readonly partition: string | null;
      readonly run: string | null;
    } | null;
    readonly fate: {
      readonly fate: Fate & unknown;
      readonly why: string | null;
      readonly run: string | null;
    } | null;
  })[];
  /** All of it, in words. */
  readonly text: string;
}

export interface DagOperated {
  readonly dag: string;
  readonly did: boolean;
  readonly events: number;
  readonly runs: readonly string[];
}

export interface DagPage {
  readonly items: readonly Dag[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

/** What the DAG does now: paused, pending, running. */
export type DagState = Readonly<Record<string, unknown>>;

export interface DeadLetter {
  readonly watcher: string;
  readonly id: string;
  readonly reason: string;
  readonly raw: string;
  readonly times: number;
  readonly firstAt: string;
  readonly at: string;
  readonly redeliveredAt: string | null;
  readonly redeliveredBy: string | null;
  readonly droppedAt: string | null;
  readonly droppedBy: string | null;
  readonly droppedWhy: string | null;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface DefinitionVersion {
  /** 1, 2, 3, ... for each that differs. */
  readonly version: number;
  readonly hash: string;
  readonly project: string;
  /** When it was deployed first. */
  readonly firstAt: string;
  readonly lastAt: string;
  readonly definition: AssetDefinition;
}

export interface DefinitionVersionPage {
  readonly items: readonly DefinitionVersion[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface Dropped {
  readonly watcher: string;
  readonly dropped: number;
}

export interface Event {
  readonly registry: string;
  /** Its number in the order of acceptance. */
  readonly seq: number;
  /** When the registry accepted it. */
  readonly at: string;
  readonly asset: string;
  readonly source: string;
  readonly id: string;
  /** When it happened, as it says itself. */
  readonly time: string;
  readonly partition: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  /** Runs between it and what came from outside. */
  readonly hops: number;
  /** The run that published it. */
  readonly run?: string;
  readonly watcher: string | null;
  /** Who published it by the API: a token or a person. */
  readonly by?: string;
  /** The span that it comes from, as W3C Trace Context writes it. */
  readonly traceparent?: string;
}

export interface EventFate {
  readonly registry: string;
  readonly seq: number;
  readonly source: string;
  readonly id: string;
  readonly asset: string;
  readonly dag: string;
  readonly key: string;
  readonly fate: Fate & unknown;
  readonly why: string | null;
  readonly run: string | null;
  readonly at: string;
  /** All its fates so far, the oldest first; the last one holds. */
  readonly history: readonly ({
    readonly fate: Fate & unknown;
    readonly why: string | null;
    readonly run: string | null;
    readonly at: string;
  })[];
}

export interface EventPage {
  readonly items: readonly FatedEvent[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface EventRef {
  readonly id: string;
  readonly source: string;
  readonly asset: string;
}

export interface EventStory {
  /** The newest first; more than one if registries share the id. */
  readonly events: readonly Event[];
  readonly fates: readonly EventFate[];
  readonly repeats: readonly {
    readonly at: string;
    readonly source: string;
    readonly id: string;
    readonly asset: string;
    /** It said something else than the first. */
    readonly differed: boolean;
  }[];
  readonly rejected: readonly RejectedEvent[];
  /** Put aside by the contract of their asset: no DAG heard of them. */
  readonly quarantined: readonly QuarantinedEvent[];
  /** What the registry holds of it now; null if nothing, or if it does not answer. */
  readonly live: {
    readonly kind: "event";
    readonly event: {
      readonly at: string;
      readonly partition: string | null;
    };
    readonly consumers: readonly ({
      readonly dag: string;
      readonly key: string;
      readonly fate: "pending" | "consumed";
      readonly run: string | null;
      readonly why: string | null;
    })[];
  } | null;
}

/** Events that `dag` did this with, the newest fate first; of the last 7 days unless `since` says otherwise. */
export type Fate = "pending" | "consumed" | "referenced" | "superseded" | "expired" | "filtered" | "dropped" | "returned";

export type FatedEvent = Event & {
  /** Since when the fate holds that was asked for. */
  readonly fatedAt?: string;
};

export interface Freshness {
  readonly state: "fresh" | "stale" | "unknown";
  /** The update that made it fresh, or the deadline that it missed. */
  readonly since: string | null;
  readonly expected: string;
  /** When it becomes stale if no update comes; null unless it is fresh. */
  readonly until: string | null;
}

export interface GatheredGroup {
  readonly key: string;
  readonly partition: string | null;
  readonly due: boolean;
  /** What holds it back although it is due. */
  readonly blocked: readonly ({
    readonly by: string;
    readonly until: string | null;
    readonly text: string;
  })[];
  readonly pending: number;
  readonly stored: number;
  readonly events: readonly EventRef[];
  readonly tree: ConditionState;
}

export interface GridRun {
  readonly run: string;
  readonly status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
  readonly partition: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Items of maps are left out. `why` is said of what failed. */
  readonly tasks: readonly ({
    readonly task: string;
    readonly status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped" | "waiting";
    readonly why: string | null;
  })[];
}

export interface HashedPlan {
  readonly hash: string;
  readonly plan: Plan;
}

export interface LastEvent {
  readonly source: string;
  readonly id: string;
  /** When the registry accepted it. */
  readonly at: string;
  /** When it happened, as it says itself. */
  readonly time: string;
  readonly partition: string | null;
  /** The run that published it. */
  readonly run: string | null;
}

/** The run that started last. */
export interface LastRun {
  readonly run: string;
  readonly status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export interface Lineage {
  readonly nodes: readonly (LineageAsset | LineageDag | LineageWatcher)[];
  readonly edges: readonly LineageEdge[];
  /** True if the whole graph is larger than what is shown: ask for a part of it. */
  readonly more: boolean;
}

export interface LineageAsset {
  readonly kind: "asset";
  readonly id: string;
  /** Steps from the start; an asset and the DAG after it are one step apart. */
  readonly depth?: number;
  readonly project: string | null;
  readonly groups: readonly string[];
  readonly version: number;
  /** When its newest event was accepted. */
  readonly at: string | null;
  /** Null where nothing says how fresh it must be. */
  readonly freshness: "fresh" | "stale" | "unknown" | null;
}

export interface LineageDag {
  readonly kind: "dag";
  readonly id: string;
  /** Steps from the start; an asset and the DAG after it are one step apart. */
  readonly depth?: number;
  readonly project: string | null;
  readonly paused: boolean;
  readonly faulted: string | null;
  readonly running: number;
  /** Of its newest run. */
  readonly status: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped" | null;
  /** When its newest run started. */
  readonly at: string | null;
  /** Events that have gathered. Left out while the registry is away. */
  readonly pending?: number;
}

export interface LineageEdge {
  readonly from: LineageEnd;
  readonly to: LineageEnd;
  /** A part of a condition, an outlet of a task or DAG, a watcher's asset, the end of a run, or how fresh an asset is. */
  readonly how: "on" | "keep" | "absent" | "unless" | "outlet" | "watch" | "end" | "freshness";
  /** The task of an outlet. */
  readonly task: string | null;
}

export interface LineageEnd {
  readonly kind: "asset" | "dag" | "watcher";
  readonly id: string;
}

export interface LineageWatcher {
  readonly kind: "watcher";
  readonly id: string;
  /** Steps from the start; an asset and the DAG after it are one step apart. */
  readonly depth?: number;
  readonly project: string | null;
  readonly source: string | null;
}

export interface Links {
  readonly temporal: {
    /** Address of the Temporal Web UI; null if none is known. */
    readonly ui: string | null;
    readonly namespace: string;
  };
}

export interface LogLine {
  readonly run: string;
  readonly temporalRunId: string;
  readonly task: string;
  readonly attempt: number;
  readonly at: string;
  readonly line: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogPage {
  readonly items: readonly LogLine[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface Marked {
  readonly run: string;
  readonly dag: string;
  readonly status: "succeeded";
  readonly did: boolean;
  readonly events: number;
}

export interface Me {
  readonly name: string;
  readonly kind: "local" | "token" | "person";
  readonly scopes: readonly string[];
  /** Of a session: send it as `X-CSRF-Token` with each request that changes something. */
  readonly csrf: string | null;
  /** Of a session: when it is over in any case. */
  readonly endsAt: string | null;
}

export type NewToken = Token & {
  readonly token: string;
};

export interface OpenProblem {
  readonly kind: ProblemKind;
  /** What `subject` is the id or URI of. */
  readonly about: "dag" | "asset" | "watcher";
  readonly subject: string;
  readonly title: string;
  /** The error, or what was expected. */
  readonly detail: string | null;
  readonly since: string;
  /** Failed runs, or letters that wait; else 1. */
  readonly count: number;
  /** The last run that failed. */
  readonly run: string | null;
  readonly project: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  /** Who was told of it; empty where no rule of `notify` fits. */
  readonly told: readonly ToldChannel[];
}

export type OpenProblemPage = OpenProblems & {
  /** How many there are with these filters, on all pages. */
  readonly total: number;
};

export interface OpenProblems {
  readonly items: readonly OpenProblem[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface Operation {
  readonly at: string;
  readonly operation: string;
  readonly dag: string | null;
  readonly key: string | null;
  /** What it was done to, where that is no DAG. */
  readonly subject: string | null;
  readonly by: string | null;
  readonly why: string | null;
  /** Id under which it was asked for. */
  readonly request: string | null;
  /** How many events or letters it touched. */
  readonly events: number;
  /** The code of the error that it was refused with. */
  readonly refused: string | null;
}

export interface OperationPage {
  readonly items: readonly Operation[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

/** How an asset is cut into partitions: by time, by a list, as they come, or by several of these. */
export type PartitionDefinition = {
  readonly grain: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
  readonly tz?: string;
  readonly start?: string;
  readonly end?: string;
} | {
  readonly keys: readonly string[];
} | {
  readonly dynamic: true;
} | {
  readonly product: readonly ({
    readonly grain: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
    readonly tz?: string;
    readonly start?: string;
    readonly end?: string;
  } | {
    readonly keys: readonly string[];
  } | {
    readonly dynamic: true;
  })[];
};

/** How many events a partition had, and the last of them. */
export interface PartitionVersion {
  readonly partition: string | null;
  readonly version: number;
  readonly firstAt: string;
  readonly last: LastEvent;
}

export interface PasswordSignIn {
  readonly name: string;
  readonly password: string;
}

export interface Pending {
  readonly dag: string;
  readonly count: number;
  /** What has gathered, by key. */
  readonly groups: readonly PendingGroup[];
}

export interface PendingEvent {
  readonly seq: number;
  readonly asset: string;
  readonly source: string;
  readonly id: string;
  readonly partition: string | null;
  readonly time: string;
  readonly at: string;
}

export interface PendingGroup {
  readonly key: string;
  readonly partition: string | null;
  /** True for what waits until a quarantined DAG works again. */
  readonly backlog: boolean;
  readonly count: number;
  /** How many of them are kept outside of the registry's state; they are not listed. */
  readonly stored: number;
  /** The oldest first. */
  readonly events: readonly PendingEvent[];
}

export interface Plan {
  readonly version: 1;
  readonly dag: string;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly on: Readonly<Record<string, unknown>> | null;
  /** What holds its runs back. */
  readonly policy: Readonly<Record<string, unknown>>;
  readonly tasks: readonly PlanTask[];
  readonly outlets: readonly PlanOutlet[];
  /** JSON Schema of the parameters; null where none is known. */
  readonly params?: unknown;
  /** In milliseconds. */
  readonly deadline?: number;
}

export interface PlanOutlet {
  readonly asset: string;
  readonly schema: boolean;
}

export interface PlanTask {
  readonly id: string;
  readonly kind: "task" | "branch" | "external" | "map" | "wait" | "source" | "sql" | "run" | "airflow";
  /** What its handler gets: values of tasks, events of assets, or all events. */
  readonly needs: readonly ({
    readonly name: string;
    readonly task: string;
  } | {
    readonly name: string;
    readonly asset: string;
  } | {
    readonly name: string;
    readonly events: "all";
  })[];
  /** What it only comes after; of a branch one path. */
  readonly after: readonly {
    readonly task: string;
    readonly path?: string;
  }[];
  readonly when: "all-succeeded" | "all-done" | "one-succeeded" | "one-failed" | "none-failed" | "none-failed-min-one-succeeded" | "all-failed" | "none-skipped" | "always";
  readonly retries: number;
  readonly backoff: {
    /** In milliseconds. */
    readonly initial: number;
    /** In milliseconds. */
    readonly max: number;
    readonly factor: number;
  };
  /** In milliseconds. */
  readonly timeout: number;
  readonly outlets: readonly PlanOutlet[];
  readonly dynamicOutlets?: boolean;
  readonly paths?: readonly string[];
  readonly taskQueue?: string;
  readonly activity?: string;
  readonly map?: {
    readonly limit: number;
    readonly whenFailed: "finish" | "stop" | "keep";
  };
  /** What a task of kind wait waits for. */
  readonly wait?: Readonly<Record<string, unknown>>;
  /** What it takes from its source. */
  readonly source?: Readonly<Record<string, unknown>>;
  readonly teardown?: {
    readonly setup: string;
    readonly failsRun: boolean;
  };
  readonly shortCircuit?: true;
  readonly atEnd?: "succeeded" | "failed";
  /** In milliseconds. */
  readonly startTimeout?: number;
  /** In milliseconds. */
  readonly heartbeat?: number;
  readonly connection?: string;
  /** What it starts in an Airflow. */
  readonly airflow?: Readonly<Record<string, unknown>>;
  readonly pool?: string;
  /** The DAG that it runs. */
  readonly subRun?: Readonly<Record<string, unknown>>;
  readonly description?: string;
}

export interface PostedEvent {
  readonly asset: string;
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly partition?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  readonly traceparent?: string;
}

export interface Problem {
  /** What the code means, as a section of docs/errors.md. */
  readonly type: string;
  /** The code in words, the same each time. */
  readonly title: string;
  readonly status: number;
  /** What happened this time, where and why. */
  readonly detail: string;
  /** The path that was asked for. */
  readonly instance: string;
  readonly code: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The field, the line or the thing that is wrong. */
  readonly where?: string;
}

export type ProblemKind = "run-failed" | "asset-stale" | "dag-quarantined" | "dag-looping" | "watcher-stopped" | "dead-letters" | "events-quarantined";

export interface Project {
  readonly project: string;
  /** Grows with each deploy. */
  readonly revision: number;
  /** When it was deployed last. */
  readonly at: string;
  /** Hash of what was deployed. */
  readonly catalog: string;
  /** Of its runs and tasks. */
  readonly taskQueue: string;
  readonly assets: number;
  readonly dags: number;
  readonly watchers: number;
}

export interface ProjectPage {
  readonly items: readonly Project[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface QuarantineDropped {
  readonly dropped: number;
}

export interface QuarantinePage {
  readonly items: readonly QuarantinedEvent[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface QuarantinedEvent {
  readonly asset: string;
  readonly source: string;
  readonly id: string;
  /** When it happened, as it says itself. */
  readonly time: string;
  readonly partition: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly groups?: readonly string[];
  /** Runs between it and what came from outside. */
  readonly hops: number;
  /** The run that published it. */
  readonly run?: string;
  readonly watcher: string | null;
  /** Who published it by the API: a token or a person. */
  readonly by?: string;
  /** The span that it comes from, as W3C Trace Context writes it. */
  readonly traceparent?: string;
  /** When it was put aside. */
  readonly at: string;
  /** What of its asset's contract it breaks. */
  readonly why: string;
  readonly releasedAt: string | null;
  readonly releasedBy: string | null;
  readonly droppedAt: string | null;
  readonly droppedBy: string | null;
  /** The reason that was given with it. */
  readonly settledWhy: string | null;
}

export interface Redelivered {
  readonly dag: string;
  /** How many were given. */
  readonly events: number;
  readonly runs: readonly string[];
  readonly did: boolean;
}

export interface Redriven {
  readonly watcher: string;
  readonly redriven: readonly string[];
  readonly events: number;
  readonly failed: readonly {
    readonly id: string;
    readonly reason: string;
  }[];
}

export interface RegistryKnows {
  /** In words. */
  readonly text: string;
  /** The same as data. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RegistryOperated {
  /** False if it was so already. */
  readonly did: boolean;
}

export interface RegistryState {
  readonly epoch: string;
  /** When it decided last. */
  readonly clock: string;
  readonly held: {
    readonly since: string;
    readonly by: string | null;
  } | null;
  /** Accepted so far; pending in its state; pending and kept outside of it. */
  readonly events: {
    readonly accepted: number;
    readonly pending: number;
    readonly stored: number;
  };
  /** When time alone wakes it. */
  readonly next: string | null;
  readonly projects: readonly {
    readonly project: string;
    readonly revision: number;
    readonly hash: string;
    readonly dags: number;
  }[];
  readonly dags: {
    readonly deployed: number;
    readonly paused: number;
    readonly running: number;
    readonly pending: number;
    /** Those whose evaluation is quarantined; at most 100. */
    readonly faulted: readonly {
      readonly dag: string;
      readonly faulted: string;
    }[];
  };
  /** Catalogues without which it decides nothing. */
  readonly waitsForCatalogs: readonly string[];
  /** Inputs that are not yet taken. */
  readonly inbox: number;
  /** Facts that are not yet in the store. */
  readonly waitingFacts: number;
  /** Runs that are decided and not yet started. */
  readonly dispatching: number;
  /** Events of its workflow's history. */
  readonly history: number;
  readonly stateBytes: number;
  /** Workflows that share the DAGs. */
  readonly shards: number;
  /** How complete the store is, for each numbering of facts, the newest first; empty while it is away. */
  readonly store: readonly {
    readonly registry: string;
    /** Of the newest fact that is in. */
    readonly lastAt: string;
    /** Number of the newest fact that is in. */
    readonly upTo: number;
    /** Facts before it that are still on their way. */
    readonly missing: number;
    /** Facts that Postgres refused. */
    readonly unprojected: number;
    /** How far the store is behind the registry; 0 while nothing waits. */
    readonly lagMs: number;
  }[];
}

export interface RegistryWarning {
  readonly registry: string;
  readonly n: number;
  readonly at: string;
  readonly code: string;
  readonly text: string;
  readonly dag: string | null;
}

export interface RejectedEvent {
  readonly registry: string;
  readonly n: number;
  readonly at: string;
  readonly code: string;
  readonly why: string;
  /** As it was sent. */
  readonly event?: unknown;
}

export interface RejectedPage {
  readonly items: readonly RejectedEvent[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface Released {
  readonly released: number;
}

export interface Repeated {
  readonly of: string;
  readonly run?: string;
  readonly error?: string;
  /** Of a dry run: tasks that would run again. */
  readonly again?: readonly string[];
  /** Of a dry run: tasks whose results would stay. */
  readonly kept?: readonly string[];
}

export interface ReplayReport {
  readonly dag: string;
  readonly since: string;
  readonly until: string;
  /** That were played, with those that were pending when it began. */
  readonly events: number;
  readonly runsThen: number;
  readonly runsNow: number;
  readonly same: number;
  readonly onlyThen: readonly ComparedRun[];
  readonly onlyNow: readonly ReplayedRun[];
  /** Runs that would share some of their events. */
  readonly otherEvents: readonly {
    readonly was: ComparedRun;
    readonly now: ReplayedRun;
    readonly without: readonly EventRef[];
    readonly also: readonly EventRef[];
  }[];
  /** Runs of the same events at another time. */
  readonly moved: readonly {
    readonly was: ComparedRun;
    readonly now: ReplayedRun;
  }[];
  /** What the store does not tell. */
  readonly unknown: readonly string[];
}

export interface Replayed {
  readonly dag: string;
  /** How many were given. */
  readonly events: number;
  readonly runs: readonly string[];
  readonly request: string;
  /** Events that the store has. */
  readonly recorded: number;
}

export interface ReplayedRun {
  readonly at: string;
  readonly key: string;
  readonly partition: string | null;
  readonly events: readonly EventRef[];
}

export interface Run {
  /** Its workflow id. */
  readonly run: string;
  readonly dag: string;
  readonly status: RunStatus;
  readonly partition: string | null;
  /** What it was gathered for; empty where nothing is gathered apart. */
  readonly key: string;
  /** Hash of the plan that it is pinned to. */
  readonly plan: string | null;
  readonly cause: Cause;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly temporalRunId: string | null;
  readonly error: string | null;
  /** How many events it consumed. */
  readonly events: number;
  readonly registry: string;
}

export interface RunAttempt {
  readonly temporalRunId: string;
  readonly task: string;
  readonly attempt: number;
  /** How often the task had been scheduled: more than once after lost workers. */
  readonly round: number;
  readonly status: "running" | "succeeded" | "failed" | "cancelled" | "skipped" | "lost";
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly worker: string;
  readonly error: string | null;
  readonly code: string | null;
}

export type RunDetails = Run & {
  readonly tasks: readonly RunTask[];
  readonly attempts: readonly RunAttempt[];
  /** Events that it took. A run that failed may have given them back since. */
  readonly consumed: readonly (Event & {
    readonly fate: "consumed" | "referenced";
    readonly key: string;
  })[];
  readonly published: readonly Event[];
  /** Runs that consumed what it published, the oldest first; at most 200. */
  readonly started: readonly {
    readonly run: string;
    readonly dag: string;
    readonly status: RunStatus;
    readonly startedAt: string;
  }[];
  /** Runs that repeat it, the oldest first. */
  readonly reruns: readonly string[];
};

export interface RunEnd {
  readonly run: string;
  readonly status: "succeeded" | "failed" | "cancelled" | null;
  /** Why it failed. */
  readonly error?: string;
}

export interface RunExplanation {
  readonly run: Run;
  /** The condition of the plan that it is pinned to, in words. */
  readonly condition: string | null;
  readonly consumed: readonly (Event & {
    readonly fate: "consumed" | "referenced";
    readonly key: string;
  })[];
  /** Events that its tasks wait for now, as far as the registry answers. */
  readonly awaits: readonly ({
    readonly task: string;
    readonly asset: string;
    readonly partition: string | null;
  })[];
}

export interface RunGrid {
  readonly items: readonly GridRun[];
}

export interface RunPage {
  readonly items: readonly Run[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export type RunStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";

export interface RunTask {
  readonly temporalRunId: string;
  readonly task: string;
  readonly status: TaskStatus;
  /** Since when. */
  readonly at: string;
  readonly why: string | null;
}

export interface RunValues {
  /** As they were given; null if there were none. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly partition: string | null;
  /** Of the task; left out while it has none. */
  readonly value?: unknown;
}

export interface ScenarioResult {
  /** In the order of their start. */
  readonly runs: readonly SimulatedRun[];
  /** One for each DAG, key and event, with the fate at the end; and one for each repeat. */
  readonly ledger: readonly SimulatedFate[];
  readonly pending: readonly {
    readonly dag: string;
    readonly key: string;
    readonly events: readonly EventRef[];
    readonly tree: ConditionState;
  }[];
  readonly rejected: readonly {
    readonly at: string;
    /** Any JSON. */
    readonly event?: unknown;
    readonly code: string;
    readonly why: string;
  }[];
  readonly warnings: readonly {
    readonly at: string;
    readonly code: string;
    readonly text: string;
  }[];
  /** When time alone would change something next. */
  readonly next: string | null;
}

export interface Schedule {
  readonly dag: string;
  readonly project: string;
  /** Where it stands in the condition; empty where it is all of it. */
  readonly path: string;
  readonly cron: string | null;
  /** The zone of the cron expression. */
  readonly tz: string | null;
  readonly every: string | null;
  /** When the expression ticks next. Null for `every`, which counts from the deploy: `/v1/dags/{dag}/explain` knows. */
  readonly next: string | null;
  /** Whether the DAG is paused: it ticks, and nothing starts. */
  readonly paused: boolean;
}

export interface SchedulePage {
  readonly items: readonly Schedule[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface SimulatedFate {
  readonly dag: string | null;
  readonly key: string | null;
  readonly event: EventRef;
  readonly fate: "pending" | "consumed" | "referenced" | "superseded" | "expired" | "filtered" | "dropped" | "returned" | "duplicate";
  readonly why: string | null;
  readonly run: string | null;
  readonly at: string;
}

export interface SimulatedRun {
  readonly dag: string;
  readonly id: string;
  readonly at: string;
  readonly partition: string | null;
  readonly key: string;
  readonly events: readonly EventRef[];
  /** Newest events of `keep` nodes. */
  readonly references?: readonly EventRef[];
  readonly cause: string;
  /** Of a run that only a clock started. */
  readonly interval?: {
    readonly start: string;
    readonly end: string;
  };
  readonly status: string;
  readonly endedAt: string | null;
}

export interface Slice {
  /** Null for an asset without partitions: it has one slice. */
  readonly partition: string | null;
  /** present: made from what its upstream is now. stale: something upstream changed since. failed: the last run for it did not succeed. missing: its time is over and there is nothing. open: its time is not over yet. */
  readonly status: "present" | "missing" | "failed" | "stale" | "running" | "open";
  readonly version: number;
  readonly madeAt: string | null;
  /** The run that published it. */
  readonly run: string | null;
  /** What failed, or what changed. */
  readonly why: string | null;
}

export interface Slices {
  readonly asset: string;
  readonly definition: {
    readonly grain: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
    readonly tz?: string;
    readonly start?: string;
    readonly end?: string;
  } | {
    readonly keys: readonly string[];
  } | {
    readonly dynamic: true;
  } | {
    readonly product: readonly ({
      readonly grain: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
      readonly tz?: string;
      readonly start?: string;
      readonly end?: string;
    } | {
      readonly keys: readonly string[];
    } | {
      readonly dynamic: true;
    })[];
  } | null;
  /** In the order of the keys. */
  readonly slices: readonly Slice[];
}

export interface Stopped {
  readonly since: string;
  readonly by: string | null;
}

export interface TaskQueue {
  readonly queue: string;
  /** Whose it is; null for the queue of the registry and the watchers. */
  readonly project: string | null;
  /** Identities of those who take work from it. */
  readonly workers: readonly string[];
}

export type TaskStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped" | "waiting";

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Who made it. */
  readonly by: string;
  readonly at: string;
  readonly expiresAt: string | null;
  /** Within a minute. */
  readonly usedAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

export interface ToldChannel {
  /** Its name in `notify` of the config file. */
  readonly channel: string;
  /** When it was decided that the channel is told. */
  readonly openedAt: string;
  /** When the channel took it; null until then. */
  readonly sentAt: string | null;
  readonly attempts: number;
  /** Why the last attempt did not succeed. */
  readonly error: string | null;
}

export interface Triggered {
  readonly run: string;
  readonly dag: string;
  readonly status: "queued";
}

export interface WarningPage {
  readonly items: readonly RegistryWarning[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface Watcher {
  readonly watcher: string;
  readonly deployed: {
    readonly id: string;
    /** Its kind: `s3`, `kafka`, ... */
    readonly source: string;
    /** The asset whose events it publishes. */
    readonly publishes: string;
    readonly alsoPublishes?: readonly string[];
    /** Milliseconds between two looks. */
    readonly every: number;
  } | null;
  readonly live: WatcherLive;
  readonly stored: WatcherStored;
}

export type WatcherDetails = Watcher & {
  readonly stored?: WatcherStored & {
    /** Where it stands, as the source writes it. */
    readonly cursor?: unknown;
    readonly startAt: "beginning" | "now" | Readonly<Record<string, unknown>> | null;
    /** Items whose version is known. */
    readonly seen: number;
    readonly resets: readonly ({
      readonly id: string;
      readonly to: "beginning" | "now" | Readonly<Record<string, unknown>>;
      readonly deliver: "redeliver" | "skip";
      readonly by: string;
      readonly at: string;
      readonly why: string | null;
      readonly generation: number;
      readonly cursorBefore?: unknown;
    })[];
  } | null;
};

export interface WatcherLife {
  readonly watcher: string;
  readonly status: string | null;
  /** It is paused and still finishes a batch. */
  readonly ending: boolean;
  readonly paused: WatcherPaused | null;
}

/** What its workflow says now; null if it does not run or does not answer. */
export type WatcherLive = {
  readonly watcher: string;
  readonly status: "waiting" | "running" | "backing-off" | "paused" | "stopped";
  readonly paused?: {
    readonly by: string;
    readonly at: string;
    readonly why?: string;
  };
  /** It is paused and still finishes a batch. */
  readonly ending?: true;
  readonly generation: number;
  readonly published: number;
  readonly ignored: number;
  readonly poisoned: number;
  readonly sessions: number;
  /** When the source was last heard of. */
  readonly readAt?: string;
  readonly publishedAt?: string;
  /** Milliseconds between the last event's own time and its acceptance. */
  readonly lag?: number;
  /** Events published in a second, over the last half minute or more. */
  readonly throughput?: number;
  /** When what failed is tried again, in milliseconds since 1970. */
  readonly backoffUntil?: number;
  readonly error?: string;
  readonly code?: string;
  readonly resets: readonly ({
    readonly id: string;
    readonly to: "beginning" | "now" | Readonly<Record<string, unknown>>;
    readonly deliver: "redeliver" | "skip";
    readonly by: string;
    readonly at: string;
    readonly watcher: string;
    readonly why?: string;
  })[];
} | null;

export interface WatcherPage {
  readonly items: readonly Watcher[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

export interface WatcherPaused {
  readonly by: string;
  readonly at: string;
  readonly why?: string;
}

export interface WatcherReset {
  readonly watcher: string;
  readonly request: string;
  /** False: it is done when a worker comes. */
  readonly done: boolean;
  readonly generation: number | null;
}

/** Its outbox, as the store has it. */
export type WatcherStored = {
  readonly watcher: string;
  readonly source: string;
  readonly fingerprint: string | null;
  readonly status: "running" | "backing-off" | "stopped" | null;
  readonly error: string | null;
  readonly code: string | null;
  readonly generation: number;
  readonly lastSeq: number;
  readonly sentSeq: number;
  /** Batches that are not yet sent. */
  readonly unsent: number;
  readonly oldestUnsentAt: string | null;
  /** Letters that were neither sent again nor dropped. */
  readonly deadLetters: number;
  readonly openedAt: string | null;
  readonly reportedAt: string | null;
  readonly appendedAt: string | null;
  readonly sentAt: string | null;
} | null;

export interface WaysIn {
  readonly password: boolean;
  readonly oidc: {
    readonly issuer: string;
    /** Send the browser there, with `?to=/page`. */
    readonly path: string;
  } | null;
}

export interface Work {
  readonly id: string;
  readonly kind: "backfill" | "repair";
  /** The DAG of a backfill, the asset of a repair. */
  readonly of: string;
  readonly status: "running" | "succeeded" | "failed" | "cancelled";
  /** Runs of it that may run at once. */
  readonly parallel: number;
  readonly openedAt: string;
  readonly endedAt: string | null;
  readonly by: string | null;
  readonly why: string | null;
  /** How many runs are how far. */
  readonly runs: {
    readonly total: number;
    readonly waiting: number;
    readonly running: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly stopped: number;
  };
  /** The first runs that did not succeed, and what was stopped for them. */
  readonly troubles: readonly ({
    readonly dag: string;
    readonly partition: string | null;
    readonly why: string;
  })[];
}

export type WorkDetails = Work & {
  /** Runs that are running, then those that wait, in order; of a repair under way all of them. At most 1,000. */
  readonly steps: readonly ({
    readonly dag: string;
    readonly partition: string | null;
    readonly status: "waiting" | "running" | "succeeded" | "failed" | "cancelled" | "stopped";
    readonly run: string | null;
  })[];
};

export interface WorkPage {
  readonly items: readonly Work[];
  /** Give it as `cursor` for the next page; null on the last. */
  readonly next: string | null;
}

/** A backfill or repair: how far it is, run by run; of a dry run, what would run. */
export type WorkStarted = Readonly<Record<string, unknown>>;

/** Every operation by its method and path: what stands in its path and its query, what is posted, what it answers. */
export interface Operations {
  /** How one can sign in */
  readonly "GET /v1/sign-in": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: WaysIn;
  };
  /** Sign in with a password */
  readonly "POST /v1/sign-in": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: PasswordSignIn;
    readonly answer: {
      readonly name: string;
      readonly csrf: string;
    };
  };
  /** Sign out */
  readonly "POST /v1/sign-out": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Assets in order of their URI */
  readonly "GET /v1/assets": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Part of the URI. */
      readonly search?: string;
      readonly owner?: string;
      readonly tag?: string;
      readonly group?: string;
      readonly freshness?: "fresh" | "stale" | "unknown";
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: AssetPage;
  };
  /** One asset */
  readonly "GET /v1/assets/{asset}": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: Asset;
  };
  /** Events of an asset, the newest first */
  readonly "GET /v1/assets/{asset}/events": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: {
      /** Empty: those without a partition. */
      readonly partition?: string;
      readonly since?: string;
      /** Accepted before. */
      readonly until?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: AssetEventPage;
  };
  /** Each definition that an asset had: owner, tags, meta, partitions; the one that was deployed last first */
  readonly "GET /v1/assets/{asset}/metadata": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: {
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: DefinitionVersionPage;
  };
  /** Partitions that have events, the one with the newest event first */
  readonly "GET /v1/assets/{asset}/partition-versions": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: {
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly PartitionVersion[];
    };
  };
  /** Runs that published an asset, the one with its newest event first */
  readonly "GET /v1/assets/{asset}/runs": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: {
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: RunPage;
  };
  /** What changes, as server-sent events */
  readonly "GET /v1/changes": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly topics?: string;
    };
    readonly body: undefined;
    readonly answer: ChangeHint;
  };
  /** Stop a DAG from starting: events go on gathering, running runs go on */
  readonly "POST /v1/dags/{dag}/pause": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: DagState;
  };
  /** Let a paused DAG start again, with what has gathered */
  readonly "POST /v1/dags/{dag}/resume": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: DagState;
  };
  /** Start a run by hand: it consumes no events and is never held back */
  readonly "POST /v1/dags/{dag}/trigger": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** As the DAG's schema wants them. */
      readonly params?: Readonly<Record<string, unknown>>;
      /** The slice that it works on. */
      readonly partition?: string;
      /** Of the run: `<dag>/<name>`. By default made from the time. */
      readonly id?: string;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: Triggered;
  };
  /** Start a DAG with what has gathered, due or not: one run for each key */
  readonly "POST /v1/dags/{dag}/fire": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Of this key or partition only. */
      readonly key?: string;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: DagOperated;
  };
  /** Let go of what is pending for a DAG: no run will take it */
  readonly "POST /v1/dags/{dag}/clear": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Of this key or partition only. */
      readonly key?: string;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: DagOperated;
  };
  /** Deployed DAGs in order of their ids, with what they do now */
  readonly "GET /v1/dags": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Part of the id. */
      readonly search?: string;
      readonly project?: string;
      readonly owner?: string;
      readonly tag?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: DagPage;
  };
  /** One DAG: its plan, its policy, and what it does now */
  readonly "GET /v1/dags/{dag}": {
    readonly params: {
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: DagDetails;
  };
  /** What has gathered for a DAG and waits */
  readonly "GET /v1/dags/{dag}/pending": {
    readonly params: {
      readonly dag: string;
    };
    readonly query: {
      /** Of this key or partition only. */
      readonly key?: string;
      /** Most events that are listed; all are counted. */
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: Pending;
  };
  /** Runs of a DAG, the newest start first */
  readonly "GET /v1/dags/{dag}/runs": {
    readonly params: {
      readonly dag: string;
    };
    readonly query: {
      readonly status?: RunStatus;
      readonly partition?: string;
      /** Started at or after. */
      readonly since?: string;
      /** Started before. */
      readonly until?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: RunPage;
  };
  /** Assets, DAGs and watchers, and how they hang together, as it is deployed now */
  readonly "GET /v1/lineage": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly asset?: string;
      readonly dag?: string;
      readonly watcher?: string;
      /** Most steps to what it is made from. */
      readonly up?: number | null;
      /** Most steps to what is made from it. */
      readonly down?: number | null;
    };
    readonly body: undefined;
    readonly answer: Lineage;
  };
  /** Where else one can look */
  readonly "GET /v1/links": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: Links;
  };
  /** Accepted events, the newest first */
  readonly "GET /v1/events": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Its URI. */
      readonly asset?: string;
      /** Beginning of the asset's URI. */
      readonly prefix?: string;
      /** Of `asset`; empty: those without a partition. */
      readonly partition?: string;
      readonly source?: string;
      readonly id?: string;
      /** The run that published them. */
      readonly run?: string;
      /** With `fate`: the DAG whose fates are meant. */
      readonly dag?: string;
      /** Events that `dag` did this with, the newest fate first; of the last 7 days unless `since` says otherwise. */
      readonly fate?: Fate;
      readonly since?: string;
      readonly until?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: EventPage;
  };
  /** Publish events */
  readonly "POST /v1/events": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: PostedEvent | readonly PostedEvent[] | CloudEvent | readonly CloudEvent[];
    readonly answer: Accepted;
  };
  /** One event */
  readonly "GET /v1/events/{source}/{id}": {
    readonly params: {
      /** Percent-encoded. */
      readonly source: string;
      /** Percent-encoded. */
      readonly id: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: Event;
  };
  /** What became of an event: what each DAG did with it, and why */
  readonly "GET /v1/events/{source}/{id}/fate": {
    readonly params: {
      /** Percent-encoded. */
      readonly source: string;
      /** Percent-encoded. */
      readonly id: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: EventStory;
  };
  /** Why a DAG does not run, or what it runs on next */
  readonly "GET /v1/dags/{dag}/explain": {
    readonly params: {
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: DagExplanation;
  };
  /** Why a run began, and what it took */
  readonly "GET /v1/runs/{run}/explain": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: RunExplanation;
  };
  /** What became of the events that have an id, whoever sent them */
  readonly "GET /v1/fates": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly id: string;
      readonly source?: string;
    };
    readonly body: undefined;
    readonly answer: EventStory;
  };
  /** What the registry itself knows of an event or a run at this moment */
  readonly "GET /v1/registry/explain": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly event?: string;
      readonly source?: string;
      readonly run?: string;
    };
    readonly body: undefined;
    readonly answer: RegistryKnows;
  };
  /** Who asks, and what they may do */
  readonly "GET /v1/me": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: Me;
  };
  /** Which partitions are there, missing, failed or stale */
  readonly "GET /v1/assets/{asset}/partitions": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: {
      /** The first key. */
      readonly from?: string;
      /** The last key; by default the first one. */
      readonly to?: string;
      readonly status?: "present" | "missing" | "failed" | "stale" | "running" | "open";
    };
    readonly body: undefined;
    readonly answer: Slices;
  };
  /** A plan by its hash, as runs are pinned to it, whatever is deployed since */
  readonly "GET /v1/plans/{hash}": {
    readonly params: {
      /** `plan` of a run, `hash` of a DAG. */
      readonly hash: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: HashedPlan;
  };
  /** What is wrong now, the newest first, and who was told of it */
  readonly "GET /v1/problems": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly kind?: ProblemKind;
      readonly project?: string;
      readonly owner?: string;
      /** Id of a DAG or watcher, URI of an asset. */
      readonly subject?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: OpenProblemPage;
  };
  /** Deployed projects in order of their names */
  readonly "GET /v1/projects": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: ProjectPage;
  };
  /** What people did, the newest first: who, when and why */
  readonly "GET /v1/operations": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly dag?: string;
      readonly operation?: string;
      readonly since?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: OperationPage;
  };
  /** Events that a contract put aside, the newest first */
  readonly "GET /v1/quarantine": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Its URI. */
      readonly asset?: string;
      readonly source?: string;
      readonly id?: string;
      /** Only those that were neither released nor dropped. */
      readonly waiting?: "true" | "false";
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: QuarantinePage;
  };
  /** Publish quarantined events as they are */
  readonly "POST /v1/quarantine/release": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Those that are meant. */
      readonly events: readonly {
        readonly source: string;
        readonly id: string;
      }[];
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: Released;
  };
  /** Let go of quarantined events: they stay in the store, and wait no longer */
  readonly "POST /v1/quarantine/drop": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Those that are meant. */
      readonly events: readonly {
        readonly source: string;
        readonly id: string;
      }[];
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason: string;
    };
    readonly answer: QuarantineDropped;
  };
  /** Give a recorded event to one DAG again, as new to it: others see nothing of it */
  readonly "POST /v1/dags/{dag}/redeliver": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Of the event. */
      readonly id: string;
      /** Where several events have the id. */
      readonly source?: string;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: Redelivered;
  };
  /** Give all recorded events of an asset to one DAG again, in the order of their acceptance */
  readonly "POST /v1/dags/{dag}/replay": {
    readonly params: {
      /** Its id. */
      readonly dag: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Its URI. */
      readonly asset: string;
      /** Accepted at or after. */
      readonly since: string;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: Replayed;
  };
  /** Hold the whole registry: events gather, nothing starts; for administrators */
  readonly "POST /v1/registry/pause": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: RegistryOperated;
  };
  /** Let the whole registry go on; for administrators */
  readonly "POST /v1/registry/resume": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: RegistryOperated;
  };
  /** How the registry is: what it holds, what is on its way */
  readonly "GET /v1/registry": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: RegistryState;
  };
  /** Task queues, with the workers that take work from them */
  readonly "GET /v1/workers": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly TaskQueue[];
    };
  };
  /** Ask a run to stop: its tasks are told by their signal */
  readonly "POST /v1/runs/{run}/cancel": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: CancelAsked;
  };
  /** Ask many runs to stop, by default those that run */
  readonly "POST /v1/runs/cancel": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Ids of DAGs, `*` for any characters. */
      readonly dags?: string;
      readonly status?: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
      readonly partition?: string;
      /** Started at or after. */
      readonly since?: string;
      /** Say what would be done, and do nothing. */
      readonly dryRun?: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: {
      readonly items: readonly CancelAsked[];
    };
  };
  /** Repeat a run that has ended with the events, parameters and partition that it had */
  readonly "POST /v1/runs/{run}/rerun": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Only these tasks and what follows them, and what did not end well. */
      readonly from?: readonly string[];
      /** Only the tasks that did not end well, and what follows them. */
      readonly failed?: boolean;
      /** The graph of the first run, in place of the deployed one. */
      readonly samePlan?: boolean;
      /** Say what would be done, and do nothing. */
      readonly dryRun?: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: Repeated;
  };
  /** Repeat many runs, by default those that failed and nobody has repeated */
  readonly "POST /v1/runs/rerun": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Ids of DAGs, `*` for any characters. */
      readonly dags?: string;
      readonly status?: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
      readonly partition?: string;
      /** Started at or after. */
      readonly since?: string;
      /** Say what would be done, and do nothing. */
      readonly dryRun?: boolean;
      /** Only these tasks and what follows them, and what did not end well. */
      readonly from?: readonly string[];
      /** Only the tasks that did not end well, and what follows them. */
      readonly failed?: boolean;
      /** The graph of the first run, in place of the deployed one. */
      readonly samePlan?: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: {
      readonly items: readonly Repeated[];
    };
  };
  /** Let a failed run count as succeeded, as somebody did its work by hand: it publishes nothing */
  readonly "POST /v1/runs/{run}/mark": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      readonly status: "succeeded";
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: Marked;
  };
  /** Answer a task that waits for a person: the run goes on, or the task fails */
  readonly "POST /v1/runs/{run}/answer": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      readonly task: string;
      readonly approved: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: Answered;
  };
  /** How a run ended; one that still runs is waited for, some seconds */
  readonly "GET /v1/runs/{run}/end": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: RunEnd;
  };
  /** The last runs of a DAG with how each of their tasks is, the newest start first */
  readonly "GET /v1/dags/{dag}/grid": {
    readonly params: {
      readonly dag: string;
    };
    readonly query: {
      readonly limit?: number;
    };
    readonly body: undefined;
    readonly answer: RunGrid;
  };
  /** What ticks: the clocks in the conditions of deployed DAGs, in order of the DAGs' ids */
  readonly "GET /v1/schedules": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: SchedulePage;
  };
  /** Runs, the newest start first */
  readonly "GET /v1/runs": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly dag?: string;
      /** Ids of DAGs, `*` for any characters. */
      readonly dags?: string;
      readonly status?: RunStatus;
      readonly partition?: string;
      /** Id of a backfill or repair. */
      readonly work?: string;
      /** Reruns of this run. */
      readonly of?: string;
      /** Only those that no later run repeats. */
      readonly repeated?: "false";
      /** Started at or after. */
      readonly since?: string;
      /** Started before. */
      readonly until?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: RunPage;
  };
  /** One run: its tasks and attempts, what it took and what came of it */
  readonly "GET /v1/runs/{run}": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: RunDetails;
  };
  /** What a run wrote, the oldest line first */
  readonly "GET /v1/runs/{run}/logs": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: {
      /** A task, or an item of a map; of a map all items as well. */
      readonly task?: string;
      readonly attempt?: number;
      /** This one and what is graver. */
      readonly level?: "debug" | "info" | "warn" | "error";
      readonly since?: string;
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: LogPage;
  };
  /** What a run was given, and what a task of it came to */
  readonly "GET /v1/runs/{run}/values": {
    readonly params: {
      /** Its workflow id, percent-encoded. */
      readonly run: string;
    };
    readonly query: {
      /** The value of this task, too. */
      readonly task?: string;
    };
    readonly body: undefined;
    readonly answer: RunValues;
  };
  /** Play a scenario: which runs start when, with which events */
  readonly "POST /v1/simulate": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: ScenarioResult;
  };
  /** Play recorded events through a condition, beside the runs that there were */
  readonly "POST /v1/replay": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      readonly dag: string;
      readonly since: string;
      /** Now, unless it is said. */
      readonly until?: string;
      /** Another condition, as JSON. */
      readonly on?: unknown;
      /** Any JSON. */
      readonly mode?: unknown;
      /** Any JSON. */
      readonly debounce?: unknown;
      /** Any JSON. */
      readonly batch?: unknown;
      /** Any JSON. */
      readonly throttle?: unknown;
      /** Any JSON. */
      readonly once?: unknown;
      /** Any JSON. */
      readonly concurrency?: unknown;
      /** Any JSON. */
      readonly priority?: unknown;
      /** Any JSON. */
      readonly whenPaused?: unknown;
      /** Any JSON. */
      readonly whenFailed?: unknown;
      /** Any JSON. */
      readonly expireAfter?: unknown;
      /** Any JSON. */
      readonly maxPending?: unknown;
      /** Any JSON. */
      readonly startAt?: unknown;
      /** Any JSON. */
      readonly remember?: unknown;
      /** Any JSON. */
      readonly catchUp?: unknown;
      /** Any JSON. */
      readonly paused?: unknown;
      /** Any JSON. */
      readonly cycle?: unknown;
    };
    readonly answer: ReplayReport;
  };
  /** Tokens, the newest first; for administrators */
  readonly "GET /v1/tokens": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: {
      readonly items: readonly Token[];
    };
  };
  /** Make a token, which is shown this once; for administrators */
  readonly "POST /v1/tokens": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      readonly name: string;
      readonly scopes: readonly string[];
      readonly expiresAt?: string;
    };
    readonly answer: NewToken;
  };
  /** End a token; for administrators */
  readonly "POST /v1/tokens/{token}/revoke": {
    readonly params: {
      /** Its id or name. */
      readonly token: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: Readonly<Record<never, never>>;
    readonly answer: Token;
  };
  /** What was sent and could not be an event, and why, the newest first */
  readonly "GET /v1/rejected": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly code?: string;
      readonly since?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: RejectedPage;
  };
  /** What the registry took and found strange, the newest first */
  readonly "GET /v1/warnings": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      readonly code?: string;
      readonly since?: string;
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: WarningPage;
  };
  /** Stop a watcher until it is resumed: what changes meanwhile is published then */
  readonly "POST /v1/watchers/{watcher}/pause": {
    readonly params: {
      /** Its id. */
      readonly watcher: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: WatcherLife;
  };
  /** Let a watcher go on where it stood, also after a loud stop */
  readonly "POST /v1/watchers/{watcher}/resume": {
    readonly params: {
      /** Its id. */
      readonly watcher: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: WatcherLife;
  };
  /** Give a watcher another position */
  readonly "POST /v1/watchers/{watcher}/reset": {
    readonly params: {
      /** Its id. */
      readonly watcher: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** `beginning`, `now`, or what the source takes as `startAt`. */
      readonly to: "beginning" | "now" | Readonly<Record<string, unknown>>;
      /** What was published before comes again as new events, or is left out. */
      readonly deliver: "redeliver" | "skip";
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: WatcherReset;
  };
  /** Make events of dead letters by the `map` of now, and publish them */
  readonly "POST /v1/watchers/{watcher}/dead-letters/redrive": {
    readonly params: {
      /** Its id. */
      readonly watcher: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Of letters. */
      readonly ids?: readonly string[];
      /** All of the watcher that wait, in place of `ids`. */
      readonly all?: boolean;
      /** Of one letter: a corrected item, in place of what was read. */
      readonly item?: unknown;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: Redriven;
  };
  /** Let go of dead letters: they stay in the store, and wait no longer */
  readonly "POST /v1/watchers/{watcher}/dead-letters/drop": {
    readonly params: {
      /** Its id. */
      readonly watcher: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Of letters. */
      readonly ids?: readonly string[];
      /** All of the watcher that wait, in place of `ids`. */
      readonly all?: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason: string;
    };
    readonly answer: Dropped;
  };
  /** Watchers in order of their ids, with what they do now */
  readonly "GET /v1/watchers": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: WatcherPage;
  };
  /** One watcher: its position, its outbox, its resets */
  readonly "GET /v1/watchers/{watcher}": {
    readonly params: {
      readonly watcher: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: WatcherDetails;
  };
  /** Items that a watcher could not make events of, the newest first */
  readonly "GET /v1/watchers/{watcher}/dead-letters": {
    readonly params: {
      readonly watcher: string;
    };
    readonly query: {
      /** true: those that were neither sent again nor dropped. */
      readonly waiting?: "true" | "false";
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: DeadLetterPage;
  };
  /** Items that watchers could not make events of, the newest first */
  readonly "GET /v1/dead-letters": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** true: those that were neither sent again nor dropped. */
      readonly waiting?: "true" | "false";
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: DeadLetterPage;
  };
  /** One item that a watcher could not make an event of */
  readonly "GET /v1/watchers/{watcher}/dead-letters/{id}": {
    readonly params: {
      readonly watcher: string;
      /** Percent-encoded. */
      readonly id: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: DeadLetter;
  };
  /** Backfills and repairs: those under way, then the last ones that are over */
  readonly "GET /v1/backfills": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: {
      /** Most items of a page. */
      readonly limit?: number;
      /** `next` of the page before, with the same filters. */
      readonly cursor?: string;
    };
    readonly body: undefined;
    readonly answer: WorkPage;
  };
  /** Run a DAG for slices of its partitions, some at a time */
  readonly "POST /v1/backfills": {
    readonly params: Readonly<Record<never, never>>;
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      readonly dag: string;
      /** `a..b` with both ends, keys with commas, a list of keys, or `{ from, to }`. */
      readonly partitions: string | readonly string[] | {
        readonly from: string;
        readonly to: string;
      };
      /** Runs at a time. By default 1. */
      readonly parallel?: number;
      /** Of each run, as the DAG's schema wants them. */
      readonly params?: Readonly<Record<string, unknown>>;
      /** Say what would run, and start nothing. */
      readonly dryRun?: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: WorkStarted;
  };
  /** Make slices of an asset anew, and what is made from them, each once, in order */
  readonly "POST /v1/assets/{asset}/repair": {
    readonly params: {
      /** Its URI, percent-encoded. */
      readonly asset: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** `a..b` with both ends, keys with commas, a list of keys, or `{ from, to }`. */
      readonly partitions?: string | readonly string[] | {
        readonly from: string;
        readonly to: string;
      };
      readonly downstream?: boolean;
      /** Runs at a time. By default 1. */
      readonly parallel?: number;
      /** Of each run, as the DAG's schema wants them. */
      readonly params?: Readonly<Record<string, unknown>>;
      /** Say what would run, and start nothing. */
      readonly dryRun?: boolean;
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
      /** The same request again does nothing. By default each is new. */
      readonly request?: string;
    };
    readonly answer: WorkStarted;
  };
  /** Start nothing more of a backfill or repair: what runs goes on */
  readonly "POST /v1/backfills/{id}/cancel": {
    readonly params: {
      readonly id: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: {
      /** Why: it stands with the operations, and in the ledger. */
      readonly reason?: string;
    };
    readonly answer: WorkStarted;
  };
  /** How far a backfill or repair is, run by run */
  readonly "GET /v1/backfills/{id}": {
    readonly params: {
      readonly id: string;
    };
    readonly query: Readonly<Record<never, never>>;
    readonly body: undefined;
    readonly answer: WorkDetails;
  };
}
