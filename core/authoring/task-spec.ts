import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { TaskHandler } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { PlanSource, PlanTask } from "../plan.ts";
import { isStandardSchema } from "../schema.ts";
import { AIRFLOW_OPTIONS } from "./airflow-task.ts";
import { checkId } from "./ids.ts";
import { type RawSql, SQL_OPTIONS } from "./sql.ts";
import type { TaskOptions } from "./task.ts";
import type { RawWait } from "./wait-options.ts";

/** Any task as the runtime sees it, whatever its types were. */
export interface RawSpec extends Omit<TaskOptions, "timeout">, RawWait, RawSql {
  readonly needs?: Readonly<Record<string, unknown>>;
  readonly outlets?: unknown;
  readonly when?: unknown;
  readonly run?: unknown;
  readonly paths?: readonly unknown[];
  readonly taskQueue?: unknown;
  readonly activity?: unknown;
  readonly returns?: unknown;
  readonly over?: unknown;
  readonly limit?: unknown;
  readonly whenFailed?: unknown;
  readonly heartbeat?: unknown;
  readonly partition?: unknown;
  readonly setup?: unknown;
  readonly failsRun?: unknown;
}

export const END = ["retries", "timeout", "backoff", "startTimeout", "priority", "description", "outlets", "run"] as const;
export const OWN = ["after", "retries", "timeout", "backoff", "startTimeout", "priority", "pool", "description"] as const;
export const COMMON = [...OWN, "needs", "when"] as const;
export const WAIT = ["after", "when", "description"] as const;
/** By kind. */
export const OPTION_NAMES = {
  map: [...OWN, "over", "limit", "whenFailed", "outlets", "run"],
  task: [...COMMON, "outlets", "run"],
  branch: [...COMMON, "paths", "run"],
  external: [...COMMON, "taskQueue", "activity", "returns", "heartbeat"],
  wait: WAIT,
  source: WAIT,
  run: WAIT,
  sql: [...COMMON, "outlets", ...SQL_OPTIONS],
  airflow: [...COMMON, ...AIRFLOW_OPTIONS],
};

/** Kinds without an attempt that the options of tasks could be about. */
export const WAITING: readonly PlanTask["kind"][] = ["wait", "source", "airflow", "run"];

/** Only the retries of what waits: its `timeout` is of the wait, not of an attempt. */
export function retriesOf({ retries, backoff }: RawSpec): Pick<TaskOptions, "retries" | "backoff"> {
  return { ...(retries === undefined ? {} : { retries }), ...(backoff === undefined ? {} : { backoff }) };
}

/** An attempt that takes from a source may last as long as its wait and ten minutes; one that waits for ever, ten years. */
export function attemptTimeout(source: PlanSource): number {
  const wait = source.take === "batch" ? source.wait : source.timeout;
  return wait === undefined ? 3_650 * 86_400_000 : wait + SPARE;
}

/** Milliseconds that an attempt has beyond its wait: to begin, and to say what became of it. */
export const SPARE = 600_000;

export function schemaOf({ returns }: RawSpec, where: string): StandardSchemaV1 {
  if (isStandardSchema(returns)) return returns;
  throw new HeadgateError("E_SCHEMA", `"returns" of ${where} is no Standard Schema`, {
    where,
    hint: "say what the activity returns, such as z.object({ rows: z.number() })",
  });
}

export function handlerOf(spec: RawSpec, where: string): TaskHandler {
  if (typeof spec.run !== "function") {
    throw new HeadgateError("E_OPTION", `${where} has no function in "run"`, { where, hint: "give run: async ({ ... }, ctx) => { ... }" });
  }
  return spec.run as TaskHandler;
}

export function pathsOf(spec: RawSpec, where: string): readonly string[] {
  const paths = (spec.paths ?? []).map((path) => checkId("branch path", path, where));
  if (paths.length === 0 || new Set(paths).size < paths.length) {
    throw new HeadgateError("E_OPTION", `${where} has ${paths.length === 0 ? "no paths" : `a path twice: ${paths.join(", ")}`}`, {
      where,
      hint: `give paths: ["promote", "quarantine"]`,
    });
  }
  return paths;
}

export function nonEmpty(value: unknown, name: string, where: string): string {
  if (typeof value !== "string" || value === "") {
    throw new HeadgateError("E_OPTION", `${where} has no ${name}`, { where, hint: `give ${name}: "..."` });
  }
  return value;
}
