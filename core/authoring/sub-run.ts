import type { DagDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { PlanSubRun } from "../plan.ts";
import { isDefinition } from "./brand.ts";
import { frozenJson } from "./freeze.ts";
import { isTaskRef } from "./references.ts";
import type { Backoff, TaskRef } from "./task.ts";
import type { WaitOptions } from "./wait.ts";

export interface SubRunSpec<P> extends WaitOptions {
  /** Parameters of the other DAG, or a task that returns them. What its schema gives by itself may be left out. */
  readonly params?: Partial<P> | TaskRef<Partial<P>>;
  /** @default that of this run */
  readonly partition?: string | null;
  /** False starts it and goes on; it then outlives this run. @default true */
  readonly wait?: boolean;
  /** How often it is started again, as another run, when it failed. Those of the DAG's `defaults` are of its own tasks. @default 0 */
  readonly retries?: number;
  /** Waits before that. */
  readonly backoff?: Backoff;
}

/** The value of a task that runs another DAG. */
export interface SubRun {
  /** Its workflow id: `headgate runs show <run>`. */
  readonly run: string;
  /** `running` if it was not waited for. */
  readonly status: "succeeded" | "running";
}

interface RawSubRun {
  readonly params?: unknown;
  readonly partition?: unknown;
  readonly wait?: unknown;
  readonly retries?: unknown;
}

/** Which DAG a task runs, and with what. Throws `E_REFERENCE`, `E_OPTION`, `E_PARTITION`. */
export function readSubRun(
  dag: unknown,
  { params, partition, wait = true, retries }: RawSubRun,
  where: string,
): { readonly dag: DagDefinition; readonly subRun: PlanSubRun } {
  if (!isDefinition(dag) || dag.kind !== "dag") {
    throw new HeadgateError("E_REFERENCE", `${where} has no DAG to run`, { where, hint: "the second argument is what dag(...) returned" });
  }
  if (typeof wait !== "boolean") throw new HeadgateError("E_OPTION", `"wait" of ${where} is neither true nor false`, { where });
  if (!wait && retries !== undefined && retries !== 0) {
    throw new HeadgateError("E_OPTION", `${where} has retries and does not wait for what it runs`, {
      where,
      hint: "nobody would hear that the other run failed: leave out `retries`, or `wait: false`",
    });
  }
  if (partition !== undefined && partition !== null && (typeof partition !== "string" || partition === "")) {
    throw new HeadgateError("E_PARTITION", `the partition of ${where} is no key`, {
      where,
      hint: 'write a key such as "2026-11-23", null for none, or leave it out for that of the run',
    });
  }
  const given = params === undefined || isTaskRef(params) ? {} : { params: frozenJson<JsonObject>(params, "E_OPTION", `${where}, params`) };
  return { dag, subRun: { dag: dag.id, ...given, ...(partition === undefined ? {} : { partition }), wait } };
}
