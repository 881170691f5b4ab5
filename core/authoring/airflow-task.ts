import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Duration } from "../condition.ts";
import type { TaskHandler } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { PlanAirflow, TriggerRule } from "../plan.ts";
import type { Interval } from "../tasks/context.ts";
import { parseDuration } from "../time/duration.ts";
import { formatInstant, parseInstant } from "../time/time.ts";
import type { Any, StaysJson } from "./json-types.ts";
import type { MatchRun } from "./source-task.ts";
import type { Given, TaskOptions } from "./task.ts";

/** The run that starts a DAG of Airflow, for its `conf`. */
export interface ConfRun<P> extends MatchRun<P> {
  /** The span of time of the partition; null without one. */
  readonly interval: Interval | null;
  /** The day on which it begins, in the time zone of the partition. */
  readonly ds: string | null;
}

/** A DAG run of Airflow that succeeded. */
export interface AirflowRun {
  readonly dag: string;
  readonly run: string;
  readonly state: "success";
}

export interface AirflowSpec<N, W extends TriggerRule, P> extends Omit<TaskOptions, "timeout"> {
  /** Name of the connection, `HEADGATE_CONN_<NAME>`: `https://user:password@host/`, or `https://bearer:TOKEN@host/`. */
  readonly connection: string;
  /** Id of the DAG there. */
  readonly dag: string;
  readonly needs?: N;
  readonly when?: W;
  /** The conf of its run. @default none */
  readonly conf?: JsonObject | ((input: Given<N, W>, run: ConfRun<P>) => JsonObject);
  /**
   * The run's logical date, for DAGs whose templates have `{{ ds }}`: the start of our partition's interval, or an instant in ISO 8601. Airflow has one
   * run of a DAG for each. @default none
   */
  readonly logicalDate?: "interval" | string;
  /** When our run is cancelled or this task's time is over: `"cancel"` marks the run in Airflow as failed, `"leave"` lets it go on. @default "cancel" */
  readonly whenCancelled?: "cancel" | "leave";
  /** From the start of this task until its end, with all its attempts. @default "24h" */
  readonly timeout?: Duration;
  /** Time between two looks at the run. @default "10s" */
  readonly every?: Duration;
}

export interface AirflowResultSpec<N, W extends TriggerRule, P, S extends StandardSchemaV1<Any, Any>> extends AirflowSpec<N, W, P> {
  /** The XCom that is this task's value: what a task there returned, or another key of it. */
  readonly xcom: string | { readonly task: string; readonly key: string };
  /** What it is. A schema, because a type argument would stop the inference of `needs`. */
  readonly returns: StaysJson<S, StandardSchemaV1.InferOutput<S>>;
}

interface RawAirflow {
  readonly connection?: unknown;
  readonly dag?: unknown;
  readonly conf?: unknown;
  readonly logicalDate?: unknown;
  readonly xcom?: unknown;
  readonly returns?: unknown;
  readonly whenCancelled?: unknown;
  readonly timeout?: unknown;
  readonly every?: unknown;
}

/** Options of `d.airflow` that other tasks do not have. */
export const AIRFLOW_OPTIONS = ["connection", "dag", "conf", "logicalDate", "xcom", "returns", "whenCancelled", "every"] as const;

const RETURN_VALUE = "return_value";

/** `d.airflow`: what the plan says of it, and the code of its conf. Throws `E_OPTION`, `E_DURATION`. */
export function readAirflow(spec: RawAirflow, where: string): { readonly airflow: PlanAirflow; readonly conf?: TaskHandler } {
  const { conf, whenCancelled = "cancel" } = spec;
  if (whenCancelled !== "cancel" && whenCancelled !== "leave") throw wrong(where, "whenCancelled", whenCancelled, 'it is "cancel" or "leave"');
  if (conf !== undefined && typeof conf !== "function" && (typeof conf !== "object" || conf === null || Array.isArray(conf))) {
    throw wrong(where, "conf", conf, "give an object, or a function that returns one");
  }
  if ((spec.xcom === undefined) !== (spec.returns === undefined)) {
    throw wrong(
      where,
      spec.xcom === undefined ? "xcom" : "returns",
      undefined,
      "xcom says which value of Airflow is the task's, returns what it is: give both or none",
    );
  }
  const logicalDate = logicalDateOf(spec.logicalDate, where);
  const airflow: PlanAirflow = {
    connection: text(spec.connection, "connection", where),
    dag: text(spec.dag, "dag", where),
    every: parseDuration((spec.every ?? "10s") as string, `${where}, every`),
    timeout: parseDuration((spec.timeout ?? "24h") as string, `${where}, timeout`),
    whenCancelled,
    ...(typeof conf === "object" ? { conf: conf as JsonObject } : {}),
    ...(logicalDate === undefined ? {} : { logicalDate }),
    ...(spec.xcom === undefined ? {} : { xcom: xcomOf(spec.xcom, where) }),
  };
  return { airflow, ...(typeof conf === "function" ? { conf: conf as TaskHandler } : {}) };
}

function logicalDateOf(given: unknown, where: string): string | undefined {
  if (given === undefined || given === "interval") return given;
  const at = typeof given === "string" ? parseInstant(given) : null;
  if (at === null) throw wrong(where, "logicalDate", given, 'it is "interval", or an instant such as "2026-11-23T00:00:00Z"');
  return formatInstant(at);
}

function xcomOf(given: unknown, where: string): NonNullable<PlanAirflow["xcom"]> {
  if (typeof given === "string") return { task: text(given, "xcom", where), key: RETURN_VALUE };
  const { task, key = RETURN_VALUE } = (given ?? {}) as { readonly task?: unknown; readonly key?: unknown };
  return { task: text(task, "xcom.task", where), key: text(key, "xcom.key", where) };
}

function text(value: unknown, name: string, where: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw wrong(where, name, value, `give ${name}: "..."`);
}

function wrong(where: string, name: string, value: unknown, hint: string): HeadgateError {
  return new HeadgateError("E_OPTION", `"${name}" of ${where} is ${value === undefined ? "missing" : (JSON.stringify(value) ?? "nothing of the kind")}`, {
    where,
    hint,
  });
}
