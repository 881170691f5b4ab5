import { HeadgateError } from "../core/errors.ts";
import type { Asked } from "../registry/index.ts";
import type { RunDetails } from "../store/queries/runs.ts";
import type { Operation, RegistryClient } from "./registry.ts";

/** Lets a run that failed or was cancelled count as succeeded, as the store has it. Throws `E_RUN_STATE`, `E_DAG_UNKNOWN`. */
export async function markSucceeded(registry: Pick<RegistryClient, "mark">, found: RunDetails, asked: Asked): Promise<Operation> {
  const { run, dag, status, partition, key, plan, cause, startedAt, endedAt, temporalRunId, events } = found;
  if (status !== "failed" && status !== "cancelled") {
    throw new HeadgateError("E_RUN_STATE", `run "${run}" is ${status}; only one that failed or was cancelled can be marked`, {
      hint: endedAt === null ? `stop it first: headgate runs cancel ${run}` : `headgate runs show ${run}`,
    });
  }
  const marked = {
    ...{ run, partition, key, plan, cause, startedAt, events },
    ...(temporalRunId === null ? {} : { temporalRunId }),
    ...(endedAt === null ? {} : { endedAt }),
  };
  return await registry.mark(dag, marked, asked);
}
