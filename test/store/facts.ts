import type { Catalog, CatalogAsset } from "../../core/catalog.ts";
import type { ConditionNode } from "../../core/condition.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { Fact } from "../../core/fact.ts";
import type { Plan } from "../../core/plan.ts";

export type FactOf<K extends Fact["kind"]> = Extract<Fact, { readonly kind: K }>;

/** 2026-11-23T00:00Z. */
export const DAY_ONE = Date.parse("2026-11-23T00:00:00Z");
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function event(seq: number, fields: Partial<AssetEvent> = {}): AssetEvent {
  const at = fields.at ?? DAY_ONE + seq * 1_000;
  return {
    seq,
    asset: "s3://lake/raw/orders",
    source: "files:///landing",
    id: `file-${seq}`,
    time: at,
    at,
    partition: null,
    data: { rows: seq },
    hops: 0,
    ...fields,
  };
}

export function eventFact(n: number, of: AssetEvent): FactOf<"event"> {
  return { kind: "event", n, at: of.at, event: of };
}

export function fateFact(n: number, seq: number, fields: Partial<FactOf<"fate">> = {}): FactOf<"fate"> {
  return { kind: "fate", n, at: DAY_ONE + n * 1_000, dag: "orders-clean", key: "", seq, fate: "pending", ...fields };
}

export function runFact(n: number, run: string, fields: Partial<FactOf<"run">> = {}): FactOf<"run"> {
  return {
    ...{ kind: "run", n, at: DAY_ONE + n * 1_000, run, dag: run.split("/")[0] ?? run, status: "running", partition: null, key: "", plan: "p1" },
    ...{ cause: { kind: "condition", text: "raw is there" }, startedAt: DAY_ONE + 500, events: 1, ...fields },
  };
}

export function asset(uri: string, fields: Partial<CatalogAsset> = {}): CatalogAsset {
  return { uri, schema: false, tags: [], meta: {}, ...fields };
}

export function plan(dag: string, on: ConditionNode | null, outlets: readonly string[] = []): Plan {
  const task = {
    id: "publish",
    kind: "task" as const,
    needs: [],
    after: [],
    when: "all-succeeded" as const,
    retries: 0,
    backoff: { initial: 1_000, max: 60_000, factor: 2 },
    timeout: HOUR,
  };
  return {
    version: 1,
    dag,
    tags: [],
    meta: {},
    on,
    policy: {},
    tasks: [{ ...task, outlets: outlets.map((uri) => ({ asset: uri, schema: false })) }],
    outlets: [],
    params: {},
  };
}

export function catalog(hash: string, fields: Partial<Omit<Catalog, "dags" | "hash">> & { readonly dags?: readonly Plan[] } = {}): Catalog {
  const { dags = [], ...rest } = fields;
  return {
    project: "headgate",
    hash,
    taskQueue: "headgate",
    assets: [],
    watchers: [],
    ...rest,
    dags: dags.map((one) => ({ hash: `${one.dag}@${JSON.stringify(one).length}`, plan: one })),
  };
}

export function catalogFact(n: number, revision: number, of: Catalog): FactOf<"catalog"> {
  return { kind: "catalog", n, at: DAY_ONE + n * 1_000, project: of.project, revision, hash: of.hash, catalog: of };
}
