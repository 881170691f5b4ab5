import type { JsonObject } from "../../core/json.ts";
import type { AirflowClient } from "./client.ts";
import type { Feed } from "./feed.ts";
import { fromMicros, toMicros } from "./micros.ts";

/** States in which a DAG run of Airflow has ended. */
export type AirflowEndState = "success" | "failed";

/** A DAG run that ended. Instants are ISO 8601; one that is cleared and ends again is another item. */
export interface AirflowRunEnd {
  readonly dag: string;
  readonly run: string;
  readonly state: AirflowEndState;
  /** `scheduled`, `manual`, `backfill`, `asset_triggered`, ... */
  readonly type: string;
  readonly conf: JsonObject;
  readonly logicalDate: string | null;
  readonly interval: { readonly start: string; readonly end: string } | null;
  /** Of Airflow 3.2 and later. */
  readonly partition: string | null;
  readonly startedAt: string | null;
  /** In UTC, to the microsecond. */
  readonly endedAt: string;
}

export interface RawRun {
  readonly dag_run_id: string;
  readonly dag_id: string;
  readonly state: string;
  readonly run_type: string;
  readonly conf?: JsonObject | null;
  readonly logical_date: string | null;
  readonly data_interval_start: string | null;
  readonly data_interval_end: string | null;
  readonly partition_key?: string | null;
  readonly start_date: string | null;
  readonly end_date: string | null;
}

/** The least instant that is asked for: runs that have not ended have none. */
const EVER = 1_000_000;

/** Ends of DAG runs, of all DAGs or of these. */
export function dagRunFeed(client: AirflowClient, dags: readonly string[] | undefined, states: readonly AirflowEndState[]): Feed<AirflowRunEnd> {
  return {
    name: "ended DAG runs",
    page: async ({ from = EVER, first = "oldest", skip = 0, limit, everything = false }) => {
      const { body, at } = await client.ask({
        method: "POST",
        path: "/dags/~/dagRuns/list",
        body: {
          states,
          end_date_gte: fromMicros(from),
          order_by: first === "oldest" ? "end_date" : "-end_date",
          page_offset: skip,
          page_limit: limit,
          ...(dags === undefined || everything ? {} : { dag_ids: dags }),
        },
      });
      const { dag_runs } = body as { readonly dag_runs: readonly RawRun[] };
      const items = dag_runs.map(toItem);
      return { entries: items.map((item) => ({ at: toMicros(item.endedAt), id: runEndId(item), item })), isLast: items.length < limit, at };
    },
  };
}

export function runEndId({ dag, run, endedAt }: Pick<AirflowRunEnd, "dag" | "run" | "endedAt">): string {
  return `${dag}/${run}@${endedAt}`;
}

function toItem(raw: RawRun): AirflowRunEnd {
  const { data_interval_start: start, data_interval_end: end } = raw;
  return {
    dag: raw.dag_id,
    run: raw.dag_run_id,
    state: raw.state as AirflowEndState,
    type: raw.run_type,
    conf: raw.conf ?? {},
    logicalDate: raw.logical_date,
    interval: start === null || end === null ? null : { start, end },
    partition: raw.partition_key ?? null,
    startedAt: raw.start_date,
    endedAt: fromMicros(toMicros(raw.end_date as string)),
  };
}
