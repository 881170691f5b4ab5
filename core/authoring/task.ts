import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Duration } from "../condition.ts";
import type { ConsumedEvent } from "../event.ts";
import type { JsonObject } from "../json.ts";
import type { MapFailures, TriggerRule } from "../plan.ts";
import type { Source } from "../source.ts";
import type { SqlResult } from "../sql/sql-task.ts";
import type { ItemContext, TaskContext } from "../tasks/context.ts";
import type { EventOf } from "../tasks/publication.ts";
import type { RunFailure, RunSuccess } from "../tasks/run-end.ts";
import type { AirflowResultSpec, AirflowRun, AirflowSpec } from "./airflow-task.ts";
import type { AllEvents } from "./all-events.ts";
import type { AssetWaitSpec } from "./asset-wait.ts";
import type { Dag } from "./dag.ts";
import type { Any, Jsonify, MustBeJson, StaysJson } from "./json-types.ts";
import type { AnyLeaf, LeafOf } from "./leaf.ts";
import type { ConsumeSpec, WaitForSpec } from "./source-task.ts";
import type { RowOf, SqlSpec } from "./sql.ts";
import type { SubRun, SubRunSpec } from "./sub-run.ts";
import type { AfterRef, EndTaskSpec, GroupOptions, GroupRef, ShortCircuitSpec, TeardownSpec } from "./task-kinds.ts";
import type { Approval, ApproveSpec, SleepSpec, UntilSpec } from "./wait.ts";

declare const OUT: unique symbol;

/** A task that exists, and the type of its value. It can be had only from the scope, after the task: a cycle cannot be written. */
export interface TaskRef<T = unknown> {
  readonly kind: "task";
  readonly id: string;
  readonly [OUT]: T;
}

/** One way out of a branch: a task joins it with `after: [gate.promote]`. */
export interface PathRef {
  readonly kind: "path";
  /** The branch. */
  readonly id: string;
  readonly path: string;
}

/** How a task ended, for a task whose `when` lets it run though others failed or were skipped. */
export type Outcome<T> =
  | { readonly status: "succeeded"; readonly value: T }
  | { readonly status: "failed"; readonly error: string }
  | { readonly status: "skipped"; readonly why: string }
  /** The rule did not wait for it: `one-succeeded`, `one-failed`, `always`. */
  | { readonly status: "unfinished" };

/** First wait before a retry, and how it grows. */
export interface Backoff {
  /** @default "1s" */
  readonly initial?: Duration;
  /** @default 2 */
  readonly factor?: number;
  /** @default "5m" */
  readonly max?: Duration;
}

/** What a task may ask for: values of tasks by reference, events of the assets in the DAG's condition (`A`), or all events. */
export type Needs<A> = Readonly<Record<string, TaskRef<Any> | A | AllEvents>>;

type ValueOf<X> = X extends AllEvents
  ? readonly ConsumedEvent<JsonObject>[]
  : X extends { readonly kind: "asset" }
    ? readonly EventOf<LeafOf<X>>[]
    : X extends TaskRef<infer T>
      ? T
      : never;

/** The handler's first argument: one field for each name in `needs`. */
export type Given<N, W extends TriggerRule> = {
  readonly [K in keyof N]: N[K] extends { readonly kind: "asset" | "all-events" }
    ? ValueOf<N[K]>
    : W extends "all-succeeded"
      ? ValueOf<N[K]>
      : Outcome<ValueOf<N[K]>>;
};

/** The leaves that a task may publish. */
export type OutletsOf<O> = O extends "dynamic" ? AnyLeaf : O extends readonly unknown[] ? LeafOf<O[number]> : never;

/** What all kinds of tasks can say. */
export interface TaskOptions {
  /** Order-only edges: run after these, without their values. */
  readonly after?: readonly AfterRef[];
  /** Attempts after the first one. @default 0, or the DAG's `defaults.retries` */
  readonly retries?: number;
  /** Longest time of one attempt. @default "1h", or the DAG's `defaults.timeout` */
  readonly timeout?: Duration;
  readonly backoff?: Backoff;
  /** Longest wait for a worker that takes it, after which it fails. @default for ever */
  readonly startTimeout?: Duration;
  /**
   * Among tasks that wait for a worker of one queue, larger goes first. The server tells five classes apart: 2 and more, 1, 0, -1, -2 and less.
   * @default the DAG's `priority`, or 0
   */
  readonly priority?: number;
  /** It runs only while it has one of the places of this pool, which all DAGs share: `pools` in headgate.config.ts says how many there are. */
  readonly pool?: string;
  readonly description?: string;
}

export interface TaskSpec<R, N, O, W extends TriggerRule, P> extends TaskOptions {
  readonly needs?: N;
  /** Assets that the task updates; `"dynamic"` lets it publish any. @default none */
  readonly outlets?: O;
  /** Runs when what it depends on ended so. With another rule than this, values in `needs` come as `Outcome`s. @default "all-succeeded" */
  readonly when?: W;
  readonly run: (input: Given<N, W>, ctx: TaskContext<OutletsOf<O>, P>) => R | Promise<R>;
}

/** How one item of a map ended. */
export type ItemOutcome<T> = Exclude<Outcome<T>, { readonly status: "unfinished" }>;

export interface MapSpec<T, R, O, F extends MapFailures, P> extends TaskOptions {
  /** The task whose value is the list. */
  readonly over: TaskRef<readonly T[]>;
  /** Items that are worked on at once, 1 to 500. @default 16 */
  readonly limit?: number;
  /**
   * What failed items mean. `"finish"`: all others are worked on, then the map fails; `"stop"`: nothing more starts, then it fails;
   * `"keep"`: it succeeds, and its value says of each item how it ended. @default "finish"
   */
  readonly whenFailed?: F;
  /** Assets that an item updates: each one publishes for itself when it succeeds. */
  readonly outlets?: O;
  /** Runs once for each item, as a task of its own: retries, timeout and context are those of the item. */
  readonly run: (item: T, ctx: ItemContext<OutletsOf<O>, P>) => R | Promise<R>;
}

/** The value of a map: results in the order of the list, without items that skipped themselves; with `"keep"` one outcome for each item. */
export type MapValue<R, F extends MapFailures> = F extends "keep" ? readonly ItemOutcome<R>[] : readonly R[];

export interface BranchSpec<B extends string, N, W extends TriggerRule, P> extends TaskOptions {
  readonly needs?: N;
  /** The ways out. Tasks on a way that was not taken are skipped. */
  readonly paths: readonly B[];
  /** @default "all-succeeded" */
  readonly when?: W;
  /** Names the way, or several. */
  readonly run: (input: Given<N, W>, ctx: TaskContext<never, P>) => NoInfer<B> | readonly NoInfer<B>[] | Promise<NoInfer<B> | readonly NoInfer<B>[]>;
}

export interface ExternalSpec<S extends StandardSchemaV1<Any, Any>, N, W extends TriggerRule> extends TaskOptions {
  readonly needs?: N;
  readonly when?: W;
  /** Where a worker in any language takes it. */
  readonly taskQueue: string;
  /** The name of its activity there; it gets one argument, an object with the fields of `needs`. */
  readonly activity: string;
  /** How often its worker must say that it is alive; a silent one is lost, and the task starts again. @default it need not */
  readonly heartbeat?: Duration;
  /** What it returns. A schema, because a type argument would stop the inference of `needs`. */
  readonly returns: StaysJson<S, StandardSchemaV1.InferOutput<S>>;
}

/**
 * What the callback of `dag` builds with. `A` are the leaves of the DAG's condition, `P` its parameters.
 */
export interface Scope<A, P> {
  /** A task: code that runs as one Temporal activity. What it returns must be JSON. */
  task<
    R,
    const N extends Needs<A> = Record<never, never>,
    const O extends readonly AnyLeaf[] | "dynamic" = readonly [],
    W extends TriggerRule = "all-succeeded",
  >(id: string, spec: TaskSpec<R, N, O, W, P> & MustBeJson<R>): TaskRef<Jsonify<R>>;
  /** A task for each item of a list that an earlier task returned. */
  map<T, R, const O extends readonly AnyLeaf[] | "dynamic" = readonly [], F extends MapFailures = "finish">(
    id: string,
    spec: MapSpec<T, R, O, F, P> & MustBeJson<R>,
  ): TaskRef<MapValue<Jsonify<R>, F>>;
  /** Statements of SQL, in one transaction, with bound parameters. */
  sql<
    S extends StandardSchemaV1<Any, Any> | undefined = undefined,
    const N extends Needs<A> = Record<never, never>,
    const O extends readonly AnyLeaf[] | "dynamic" = readonly [],
    W extends TriggerRule = "all-succeeded",
  >(id: string, spec: SqlSpec<S, N, O, W, P>): TaskRef<SqlResult<RowOf<S>>>;
  /** Runs another DAG of the project, and waits for its end: if that fails, so does this task (`E_SUB_RUN`). */
  run<Q>(id: string, dag: Dag<Q>, spec?: SubRunSpec<Q>): TaskRef<SubRun>;
  /** Waits for so long. */
  sleep(id: string, spec: SleepSpec): TaskRef<null>;
  /** Waits until an instant. */
  waitUntil(id: string, spec: UntilSpec): TaskRef<null>;
  /** Waits for a person: `headgate runs approve <run> <task>`. A rejection fails the task with `E_REJECTED`. */
  approve(id: string, spec?: ApproveSpec): TaskRef<Approval>;
  /**
   * Waits for an event of an asset, of those that the registry accepts from the start of the run on, whoever publishes it. The event is the value; it is
   * not consumed. No worker is needed meanwhile.
   */
  waitForAsset<X extends AnyLeaf>(id: string, asset: X, spec?: AssetWaitSpec<X>): TaskRef<EventOf<LeafOf<X>>>;
  /** Takes a batch of items from a source, and goes on where the run before ended. They are kept before the source is told, and come by reference. */
  consume<I, Cursor>(id: string, source: Source<I, Cursor>, spec?: ConsumeSpec<Cursor>): TaskRef<readonly Jsonify<I>[]>;
  /** Waits for an item of a source. */
  waitFor<I, Cursor>(id: string, source: Source<I, Cursor>, spec?: WaitForSpec<I, Cursor, P>): TaskRef<Jsonify<I>>;
  /**
   * Starts a DAG of an existing Airflow and waits for its end, without a place of a task; once, however often an attempt of it is lost. A retry clears
   * the tasks that failed there. Its value is an XCom, or which run it was.
   */
  airflow<S extends StandardSchemaV1<Any, Any>, const N extends Needs<A> = Record<never, never>, W extends TriggerRule = "all-succeeded">(
    id: string,
    spec: AirflowResultSpec<N, W, P, S>,
  ): TaskRef<StandardSchemaV1.InferOutput<S>>;
  airflow<const N extends Needs<A> = Record<never, never>, W extends TriggerRule = "all-succeeded">(
    id: string,
    spec: AirflowSpec<N, W, P>,
  ): TaskRef<AirflowRun>;
  /** A task that chooses ways: one field for each of `paths`. */
  branch<const B extends string, const N extends Needs<A> = Record<never, never>, W extends TriggerRule = "all-succeeded">(
    id: string,
    spec: BranchSpec<B, N, W, P>,
  ): { readonly [K in B]: PathRef };
  /** A task that may stop all that comes after it. Its value is whether it went on. */
  shortCircuit<const N extends Needs<A> = Record<never, never>, W extends TriggerRule = "all-succeeded">(
    id: string,
    spec: ShortCircuitSpec<N, W, P>,
  ): TaskRef<boolean>;
  /** A task that takes away what another one set up, whatever became of the tasks between. */
  teardown<T, R, const N extends Needs<A> = Record<never, never>, const O extends readonly AnyLeaf[] | "dynamic" = readonly []>(
    id: string,
    spec: TeardownSpec<T, R, N, O, P> & MustBeJson<R>,
  ): TaskRef<Jsonify<R>>;
  /** Tasks under one name: their ids are `group.task`. Others come after all of it by `after: [group]`. */
  group<R = void>(id: string, build: (g: Scope<A, P>) => R): GroupRef<R>;
  group<R = void>(id: string, options: GroupOptions, build: (g: Scope<A, P>) => R): GroupRef<R>;
  /** A task that runs once the run has failed, with what became of it. */
  onFailure<R, const O extends readonly AnyLeaf[] | "dynamic" = readonly []>(id: string, spec: EndTaskSpec<RunFailure, R, O, P> & MustBeJson<R>): void;
  /** A task that runs once the run has succeeded. */
  onSuccess<R, const O extends readonly AnyLeaf[] | "dynamic" = readonly []>(id: string, spec: EndTaskSpec<RunSuccess, R, O, P> & MustBeJson<R>): void;
  /** A task whose code is elsewhere. */
  external<S extends StandardSchemaV1<Any, Any>, const N extends Needs<A> = Record<never, never>, W extends TriggerRule = "all-succeeded">(
    id: string,
    spec: ExternalSpec<S, N, W>,
  ): TaskRef<StandardSchemaV1.InferOutput<S>>;
}
