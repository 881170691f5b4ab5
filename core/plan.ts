import type { ConditionNode, Filter } from "./condition.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Policy } from "./policy.ts";

/** When a task runs, given how what it depends on ended. As Airflow's trigger rules. */
export const TRIGGER_RULES = [
  "all-succeeded",
  "all-done",
  "one-succeeded",
  "one-failed",
  "none-failed",
  "none-failed-min-one-succeeded",
  "all-failed",
  "none-skipped",
  "always",
] as const;
export type TriggerRule = (typeof TRIGGER_RULES)[number];

/** One name of a handler's argument: the value of a task, the consumed events of an asset, or all of them. */
export type PlanNeed =
  | { readonly name: string; readonly task: string }
  | { readonly name: string; readonly asset: string }
  | { readonly name: string; readonly events: "all" };

/** An order-only edge: to a task, or to one path of a branch. */
export interface PlanEdge {
  readonly task: string;
  readonly path?: string;
}

export interface PlanOutlet {
  readonly asset: string;
  /** With a schema the task must publish or say `unchanged`. */
  readonly schema: boolean;
}

/** What a map does about items that fail. */
export const MAP_FAILURES = ["finish", "stop", "keep"] as const;
export type MapFailures = (typeof MAP_FAILURES)[number];

export interface PlanMap {
  /** Items that are worked on at once. */
  readonly limit: number;
  readonly whenFailed: MapFailures;
}

/** What a task of kind `wait` waits for. Times and instants in milliseconds. */
export type PlanWait =
  | { readonly for: "time"; readonly ms: number }
  /** Without `at` its only need is called `until` and gives the instant. */
  | { readonly for: "instant"; readonly at?: number }
  | ({ readonly for: "approval" } & PlanTimeout)
  /** `partition` is a key, `"same"` as that of the run if it has one, or `"any"`. */
  | ({ readonly for: "event"; readonly asset: string; readonly partition: string; readonly where?: Filter } & PlanTimeout);

/** What a task takes from its source: a batch of items, or the first one that matches. Times in milliseconds. */
export type PlanSource = { readonly take: "batch"; readonly max: number; readonly wait: number } | ({ readonly take: "one" } & PlanTimeout);

/** What a task starts in an existing Airflow and waits for. Times in milliseconds. */
export interface PlanAirflow {
  /** Name of the connection. */
  readonly connection: string;
  readonly dag: string;
  /** Where it is no function. */
  readonly conf?: JsonObject;
  /** `"interval"`, or ISO 8601. */
  readonly logicalDate?: string;
  readonly xcom?: { readonly task: string; readonly key: string };
  readonly whenCancelled: "cancel" | "leave";
  readonly every: number;
  readonly timeout: number;
}

export interface PlanTimeout {
  /** @default for ever */
  readonly timeout?: number;
  readonly onTimeout: "fail" | "skip";
}

/** Another DAG that a task runs. */
export interface PlanSubRun {
  readonly dag: string;
  readonly params?: JsonObject;
  /** @default that of the run */
  readonly partition?: string | null;
  readonly wait: boolean;
}

export interface PlanTask {
  readonly id: string;
  readonly kind: "task" | "branch" | "external" | "map" | "wait" | "source" | "sql" | "run" | "airflow";
  readonly needs: readonly PlanNeed[];
  readonly after: readonly PlanEdge[];
  readonly when: TriggerRule;
  /** Retries after the first attempt. */
  readonly retries: number;
  /** First wait before a retry and its growth, in milliseconds. */
  readonly backoff: { readonly initial: number; readonly max: number; readonly factor: number };
  /** Longest time of one attempt, in milliseconds. */
  readonly timeout: number;
  readonly outlets: readonly PlanOutlet[];
  /** True if the task may publish assets that it does not declare. */
  readonly dynamicOutlets?: boolean;
  /** Paths of a branch. */
  readonly paths?: readonly string[];
  /** Another task queue, and the activity's name, for external tasks. */
  readonly taskQueue?: string;
  readonly activity?: string;
  /** Of a map; its only need is called `over`. */
  readonly map?: PlanMap;
  readonly wait?: PlanWait;
  /** Of a task that takes items from a source, on the workers that wait. */
  readonly source?: PlanSource;
  /** Of a teardown: it runs once its setup has succeeded and all before it has ended, however; whether its failure is the run's. */
  readonly teardown?: { readonly setup: string; readonly failsRun: boolean };
  /** True for a task that may stop all that comes after it. */
  readonly shortCircuit?: true;
  /** Of a task that runs once the end of the run is known, if it is this one. */
  readonly atEnd?: "succeeded" | "failed";
  /** Longest wait for a worker, in milliseconds. @default for ever */
  readonly startTimeout?: number;
  /** Of an external task: its worker is lost if it is silent for longer, in milliseconds. */
  readonly heartbeat?: number;
  /** Of a SQL task: the name of the connection that it works in. */
  readonly connection?: string;
  /** Of a task that starts a DAG of Airflow, on the same workers. */
  readonly airflow?: PlanAirflow;
  /** Among tasks that wait for a worker, larger goes first. @default 0 */
  readonly priority?: number;
  /** The pool that an attempt needs a place in. */
  readonly pool?: string;
  /** Of a task that runs another DAG; its need, if it has one, is called `params`. */
  readonly subRun?: PlanSubRun;
  readonly description?: string;
}

/** A DAG as data: no code. Its content hash names it for ever; a run is pinned to one. */
export interface Plan {
  readonly version: 1;
  readonly dag: string;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly meta: JsonObject;
  readonly on: ConditionNode | null;
  readonly policy: Policy;
  readonly tasks: readonly PlanTask[];
  /** Outlets of the DAG as a whole, published once when the run succeeds. */
  readonly outlets: readonly PlanOutlet[];
  /** JSON Schema of the parameters where the schema library can give one. */
  readonly params: Json;
  /** Longest time of a run, in milliseconds. @default for ever */
  readonly deadline?: number;
}

/** A plan and its SHA-256 over canonical JSON, in hex. */
export interface HashedPlan {
  readonly hash: string;
  readonly plan: Plan;
}
