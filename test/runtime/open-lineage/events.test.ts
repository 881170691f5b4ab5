import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../core/json.ts";
import { catalogEvents } from "../../../runtime/open-lineage/catalog-events.ts";
import { datasetName } from "../../../runtime/open-lineage/dataset-name.ts";
import { endEvent, startEvent, type ToldRun } from "../../../runtime/open-lineage/run-events.ts";
import { lineageRunId } from "../../../runtime/open-lineage/run-id.ts";
import { taskEvents } from "../../../runtime/open-lineage/task-events.ts";
import { asset, catalog, DAY_ONE, event, HOUR, plan } from "../../store/facts.ts";
import { specIssues } from "./spec.ts";

const RAW = "s3://lake/raw/orders";
const CLEAN = "postgres://warehouse/clean/fact_orders";

const definitions = new Map([
  [
    RAW,
    asset(RAW, {
      ...{ owner: "data-platform", description: "what came", partitions: { grain: "day", tz: "Europe/Berlin" } },
      jsonSchema: {
        type: "object",
        properties: { key: { type: "string" }, size: { type: "integer", description: "bytes" }, at: { type: "string", format: "date-time" } },
      },
    }),
  ],
]);
const stored = (seq: number, uri: string) => ({ ...event(seq, { asset: uri, partition: "2026-11-23" }), registry: "asset-registry", watcher: null });

const taken = (seq: number) => ({ ...stored(seq, RAW), fate: "consumed" as const, key: "" });

function told(fields: Partial<ToldRun["run"]> = {}, more: Partial<ToldRun> = {}): ToldRun {
  return {
    run: {
      run: "orders-clean/1-7",
      dag: "orders-clean",
      status: "running",
      partition: "2026-11-23",
      plan: "p1",
      cause: { kind: "condition", text: "raw is there" },
      startedAt: DAY_ONE,
      endedAt: null,
      temporalRunId: "t1",
      error: null,
      consumed: [taken(1), taken(2)],
      published: [],
      ...{ tasks: [], attempts: [] },
      ...fields,
    },
    plan: { ...plan("orders-clean", { asset: RAW }, [CLEAN]), owner: "ada" },
    assets: definitions,
    ...more,
  };
}

describe("the dataset of an asset", () => {
  it.each([
    ["s3://lake/raw/orders", "s3://lake", "raw/orders"],
    ["s3://lake", "s3://lake", "/"],
    ["postgres://warehouse/clean/fact_orders", "postgres://warehouse", "clean.fact_orders"],
    ["snowflake://acme/db/schema/orders", "snowflake://acme", "db.schema.orders"],
    ["bigquery://project/dataset/orders", "bigquery", "project.dataset.orders"],
    ["kafka://streams/user-events", "kafka://streams", "user-events"],
    ["file:///srv/landing", "file", "/srv/landing"],
    ["headgate://runs/orders-clean", "headgate://runs", "orders-clean"],
  ])("%s is in %s, called %s", (uri, namespace, name) => {
    expect(datasetName(uri)).toEqual({ namespace, name });
  });
});

describe("the id of a run", () => {
  it("is a UUID of version 7, the same each time, another for another start", () => {
    const id = lineageRunId("orders-clean/1-7", DAY_ONE);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(lineageRunId("orders-clean/1-7", DAY_ONE)).toBe(id);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(DAY_ONE);
    expect(new Set([id, lineageRunId("orders-clean/1-7", DAY_ONE + 1), lineageRunId("orders-clean/1-8", DAY_ONE)]).size).toBe(3);
  });
});

describe("events of its tasks", () => {
  const attempt = (task: string, attempt: number, startedAt: number) => ({
    ...{
      temporalRunId: "t1",
      task,
      attempt,
      round: 1,
      status: "succeeded" as const,
      startedAt,
      endedAt: startedAt + 500,
      worker: "w",
      error: null,
      code: null,
    },
  });
  const task = (name: string, status: "succeeded" | "failed" | "skipped", why: string | null = null) => ({
    ...{ temporalRunId: "t1", task: name, status, at: DAY_ONE + 3_000, why },
  });
  const run = told({
    ...{
      status: "failed",
      endedAt: DAY_ONE + 4_000,
      tasks: [task("load", "succeeded"), task("load[0]", "succeeded"), task("check", "failed", "no rows"), task("gold", "skipped")],
    },
    attempts: [
      attempt("load[0]", 1, DAY_ONE + 1_000),
      attempt("load[1]", 1, DAY_ONE + 500),
      attempt("check", 1, DAY_ONE + 2_000),
      attempt("check", 2, DAY_ONE + 2_500),
    ],
    published: [
      { ...stored(3, CLEAN), id: "orders-clean/1-7/t1/load[1]/0" },
      { ...stored(4, RAW), id: "orders-clean/1-7/t1/check/0" },
    ],
  });
  const events = taskEvents(run, "sales") as {
    eventType: string;
    eventTime: string;
    run: { runId: string; facets: Record<string, unknown> };
    job: { name: string };
    outputs: { name: string }[];
  }[];

  it("are of jobs of their own, from the first attempt to the end, with the run as parent and what each published", () => {
    expect((events as unknown as JsonObject[]).flatMap(specIssues)).toEqual([]);
    expect(
      events.map(({ eventType, eventTime, job, outputs }) => [eventType, job.name, Date.parse(eventTime) - DAY_ONE, ...outputs.map(({ name }) => name)]),
    ).toEqual([
      ["START", "orders-clean.load", 500],
      ["COMPLETE", "orders-clean.load", 3_000, "clean.fact_orders"],
      ["START", "orders-clean.check", 2_000],
      ["FAIL", "orders-clean.check", 3_000, "raw/orders"],
    ]);
    for (const event of events)
      expect(event.run.facets.parent).toMatchObject({ run: { runId: lineageRunId("orders-clean/1-7", DAY_ONE) }, job: { name: "orders-clean" } });
    expect(events[3]?.run.facets).toMatchObject({ errorMessage: { message: "no rows" }, headgate_task: { task: "check", attempts: 2 } });
  });

  it("have the same id at start and end, another for each task and run", () => {
    expect(new Set(events.map((event) => event.run.runId)).size).toBe(2);
    expect(events[0]?.run.runId).toBe(events[1]?.run.runId);
    expect(events.map((event) => event.run.runId)).not.toContain(lineageRunId("orders-clean/1-7", DAY_ONE));
  });
});

describe("events of a run", () => {
  it("begin with what it consumed, one dataset for each asset", () => {
    const start = startEvent(told(), "sales");
    expect(specIssues(start)).toEqual([]);
    expect(start).toMatchObject({
      ...{
        eventType: "START",
        eventTime: "2026-11-23T00:00:00.000Z",
        job: { namespace: "sales", name: "orders-clean", facets: { ownership: { owners: [{ name: "ada" }] } } },
      },
      run: { runId: lineageRunId("orders-clean/1-7", DAY_ONE), facets: { nominalTime: { nominalStartTime: "2026-11-22T23:00:00.000Z" } } },
      inputs: [
        {
          ...{ namespace: "s3://lake", name: "raw/orders" },
          facets: {
            ownership: { owners: [{ name: "data-platform" }] },
            schema: {
              fields: [
                { name: "key", type: "string" },
                { name: "size", type: "integer", description: "bytes" },
                { name: "at", type: "date-time" },
              ],
            },
          },
          inputFacets: { headgate_events: { count: 2 } },
        },
      ],
      outputs: [],
    });
  });

  it.each([
    ["succeeded", "COMPLETE"],
    ["failed", "FAIL"],
    ["cancelled", "ABORT"],
  ] as const)("end, %s, as %s", (status, eventType) => {
    const end = endEvent(told({ status, endedAt: DAY_ONE + HOUR, error: status === "failed" ? "no header" : null, published: [stored(3, CLEAN)] }), "sales");
    expect(specIssues(end as JsonObject)).toEqual([]);
    expect(end).toMatchObject({
      eventType,
      eventTime: "2026-11-23T01:00:00.000Z",
      outputs: [{ name: "clean.fact_orders", facets: { version: { datasetVersion: "file-3" } } }],
    });
    expect((end as { run: { facets: { errorMessage?: object } } }).run.facets.errorMessage).toEqual(
      status === "failed" ? expect.objectContaining({ message: "no header" }) : undefined,
    );
  });

  it("do not end while it runs", () => {
    expect(endEvent(told(), "sales")).toBeUndefined();
  });

  it("name the run that started it", () => {
    const parent = { run: "orders/1-1", dag: "orders", startedAt: DAY_ONE - HOUR };
    const start = startEvent(told({}, { parent }), "sales");
    expect(specIssues(start)).toEqual([]);
    expect(start).toMatchObject({
      run: { facets: { parent: { run: { runId: lineageRunId("orders/1-1", DAY_ONE - HOUR) }, job: { namespace: "sales", name: "orders" } } } },
    });
  });
});

describe("events of a deploy", () => {
  const before = catalog("c1", { assets: [asset(RAW), asset(CLEAN)], dags: [plan("orders-clean", { asset: RAW }, [CLEAN])] });

  it("tell of each asset and each DAG, with what lies between them", () => {
    const events = catalogEvents(before, undefined, DAY_ONE, "sales");
    expect(events.flatMap(specIssues)).toEqual([]);
    expect(events).toMatchObject([
      { dataset: { namespace: "s3://lake", name: "raw/orders" } },
      { dataset: { namespace: "postgres://warehouse", name: "clean.fact_orders" } },
      { job: { namespace: "sales", name: "orders-clean" }, inputs: [{ name: "raw/orders" }], outputs: [{ name: "clean.fact_orders" }] },
    ]);
  });

  it("leave out what is as it was", () => {
    const after = catalog("c2", { assets: [asset(RAW), asset(CLEAN, { owner: "ada" })], dags: before.dags.map((one) => one.plan) });
    expect(catalogEvents(after, before, DAY_ONE, "sales")).toMatchObject([{ dataset: { name: "clean.fact_orders" } }]);
  });
});

it("the schema that these tests use refuses what is wrong", () => {
  const start = startEvent(told(), "sales");
  expect(specIssues({ ...start, eventType: "BEGIN" })).not.toEqual([]);
  expect(specIssues({ ...start, eventTime: "today" })).not.toEqual([]);
  expect(specIssues({ ...start, run: { runId: "7" } })).not.toEqual([]);
  const { job, ...without } = start;
  expect(job).toBeDefined();
  expect(specIssues(without)).not.toEqual([]);
});
