import type { Shape } from "./rows.ts";

/** The tables that facts are written to, column by column. */
export const EVENTS = {
  table: "events",
  columns: {
    ...{ day: "date", registry: "text", seq: "bigint", n: "bigint", at: "timestamptz", asset: "text", partition: "text", source: "text", id: "text" },
    ...{ time: "timestamptz", data: "json", groups: "json", hops: "int", run: "text", watcher: "text", published_by: "text", traceparent: "text" },
  },
} as const satisfies Shape;

export const LEDGER = {
  table: "ledger",
  columns: { day: "date", registry: "text", seq: "bigint", dag: "text", key: "text", n: "bigint", at: "timestamptz", fate: "text", why: "text", run: "text" },
} as const satisfies Shape;

export const RUNS = {
  table: "runs",
  columns: {
    ...{
      day: "date",
      registry: "text",
      run: "text",
      n: "bigint",
      at: "timestamptz",
      dag: "text",
      status: "text",
      partition: "text",
      key: "text",
      plan: "text",
    },
    ...{ cause_kind: "text", cause_text: "text", started_at: "timestamptz", temporal_run_id: "text", ended_at: "timestamptz", error: "text", events: "int" },
  },
} as const satisfies Shape;

export const REJECTED = {
  table: "rejected",
  columns: { day: "date", registry: "text", n: "bigint", at: "timestamptz", code: "text", why: "text", event: "json" },
} as const satisfies Shape;

export const QUARANTINED = {
  table: "quarantined",
  columns: {
    ...{
      source: "text",
      id: "text",
      registry: "text",
      n: "bigint",
      at: "timestamptz",
      asset: "text",
      why: "text",
      event: "json",
      watcher: "text",
      run: "text",
    },
  },
} as const satisfies Shape;

export const WARNINGS = {
  table: "warnings",
  columns: { day: "date", registry: "text", n: "bigint", at: "timestamptz", code: "text", text: "text", dag: "text" },
} as const satisfies Shape;

export const DUPLICATES = {
  table: "duplicates",
  columns: { day: "date", registry: "text", n: "bigint", at: "timestamptz", source: "text", id: "text", asset: "text", differed: "boolean" },
} as const satisfies Shape;

export const CONSUMERS = {
  table: "consumers",
  columns: { registry: "text", dag: "text", n: "bigint", at: "timestamptz", project: "text", paused: "boolean", faulted: "text" },
} as const satisfies Shape;

export const FRESHNESS = {
  table: "freshness",
  columns: { asset: "text", state: "text", since: "timestamptz", expected: "text", registry: "text", seq: "bigint", at: "timestamptz" },
} as const satisfies Shape;

export const LAST_ENDS = {
  table: "last_ends",
  columns: {
    ...{ dag: "text", key: "text", run: "text", status: "text", started_at: "timestamptz", n: "bigint", ended_at: "timestamptz", error: "text" },
  },
} as const satisfies Shape;

export const OPERATIONS = {
  table: "operations",
  columns: {
    ...{ registry: "text", n: "bigint", at: "timestamptz", operation: "text", dag: "text", key: "text" },
    ...{ by: "text", why: "text", request: "text", events: "int" },
  },
} as const satisfies Shape;

export const DEPLOYS = {
  table: "deploys",
  columns: { registry: "text", project: "text", revision: "bigint", n: "bigint", at: "timestamptz", catalog: "text" },
} as const satisfies Shape;

export const CATALOGS = { table: "catalogs", columns: { hash: "text", project: "text", first_at: "timestamptz", body: "json" } } as const satisfies Shape;

export const PLANS = { table: "plans", columns: { hash: "text", dag: "text", plan: "json" } } as const satisfies Shape;

export const DEFINITIONS = {
  table: "definitions",
  columns: {
    ...{ asset: "text", hash: "text", project: "text", definition: "json" },
    ...{ first_at: "timestamptz", first_n: "bigint", last_at: "timestamptz", last_n: "bigint" },
  },
} as const satisfies Shape;

export const EDGES = {
  table: "edges",
  columns: { catalog: "text", from_kind: "text", from_id: "text", to_kind: "text", to_id: "text", how: "text", task: "text", matches: "text" },
} as const satisfies Shape;
