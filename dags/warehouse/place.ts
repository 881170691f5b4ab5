import { NonRetryableError, type TaskContext } from "headgate";
import { postgres, s3 } from "headgate/connections";

/** Their URIs are in `HEADGATE_CONN_WAREHOUSE` and `HEADGATE_CONN_LAKE`. */
export const warehouse = postgres("warehouse");
export const lake = s3("lake");
export const BUCKET = "shop";

/** What every DAG here does when a server is away for a moment. */
export const PATIENT = { retries: 5, backoff: { initial: "1s", max: "1m" } } as const;

/** The day that a run is about. */
export function dayOf(ctx: Pick<TaskContext, "ds">): string {
  if (ctx.ds === null) throw new NonRetryableError("this is made day by day: start the run with a partition, such as 2026-11-23");
  return ctx.ds;
}
