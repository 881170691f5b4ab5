import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type AirflowRun, asset, dag, type ItemOutcome, type Source, type TaskRef } from "../../core/index.ts";

// Maps, waits and tasks that read a source. `tsc` is the test: an unused `@ts-expect-error` fails it.

const clean = asset("s3://lake/types/clean", { schema: z.object({ rows: z.number() }) });
const customers = asset("s3://lake/types/customers");

test("a map's item, result and context have the types of its list, its handler and its outlets", () => {
  dag("types-map", { on: clean, params: z.object({ day: z.string() }) }, (d) => {
    const list = d.task("list", { run: () => [{ key: "a", at: new Date() }] });
    const count = d.task("count", { run: () => 3 });
    const each = d.map("each", {
      over: list,
      limit: 10,
      outlets: [clean],
      run: async (item, ctx) => {
        expectTypeOf(item).toEqualTypeOf<{ key: string; at: string }>();
        expectTypeOf(ctx.index).toEqualTypeOf<number>();
        expectTypeOf(ctx.params).toEqualTypeOf<{ day: string }>();
        ctx.publish(clean, { data: { rows: 1 } });
        // @ts-expect-error not an outlet of this map
        ctx.publish(customers);
        return { size: item.key.length, seen: new Date() };
      },
    });
    expectTypeOf(each).toEqualTypeOf<TaskRef<readonly { size: number; seen: string }[]>>();
    const kept = d.map("kept", { over: each, whenFailed: "keep", run: ({ size }) => size });
    expectTypeOf(kept).toEqualTypeOf<TaskRef<readonly ItemOutcome<number>[]>>();
    d.task("sum", { needs: { each, kept }, run: ({ each, kept }) => each.length + kept.filter((one) => one.status === "succeeded").length });
    // @ts-expect-error a number is no list
    d.map("wrong-list", { over: count, run: () => 1 });
    // @ts-expect-error the items have no such field
    d.map("wrong-item", { over: list, run: (item) => item.size });
    // @ts-expect-error a Map is not JSON
    d.map("wrong-result", { over: list, run: () => new Map([["a", 1]]) });
    // @ts-expect-error no such policy
    d.map("wrong-policy", { over: list, whenFailed: "ignore", run: () => 1 });
    // @ts-expect-error a map goes over a list and needs nothing else
    d.map("wrong-needs", { over: list, needs: { count }, run: () => 1 });
  });
});

test("groups, teardowns, short circuits and tasks at the end have the types of what they are about", () => {
  dag("types-language", { on: clean, deadline: "2h" }, (d) => {
    const up = d.task("up", { run: () => ({ id: "c1", at: new Date() }) });
    const group = d.group("work", { after: [up] }, (g) => ({ rows: g.task("rows", { needs: { events: clean }, run: ({ events }) => events.length }) }));
    expectTypeOf(group.tasks.rows).toEqualTypeOf<TaskRef<number>>();
    const plain = d.group("plain", (g) => void g.task("one", { run: () => 1 }));
    d.teardown("down", {
      setup: up,
      after: [group, plain],
      needs: { rows: group.tasks.rows },
      run: ({ setup, rows }) => {
        expectTypeOf(setup).toEqualTypeOf<{ id: string; at: string }>();
        return rows.status === "succeeded" ? rows.value : setup.id;
      },
    });
    const enough = d.shortCircuit("enough", { needs: { rows: group.tasks.rows }, run: ({ rows }) => rows > 0 || "no rows" });
    expectTypeOf(enough).toEqualTypeOf<TaskRef<boolean>>();
    d.onFailure("alert", { outlets: [clean], run: ({ task, failed }, ctx) => ctx.log.info(task ?? "none", { failed: failed.length }) });
    d.onSuccess("thank", { run: ({ status }) => expectTypeOf(status).toEqualTypeOf<"succeeded">() });
    // @ts-expect-error a group has no value
    d.task("wrong-need", { needs: { group }, run: () => 1 });
    // @ts-expect-error a teardown has a setup
    d.teardown("wrong-down", { run: () => 1 });
    // @ts-expect-error a number is no answer of a short circuit
    d.shortCircuit("wrong-circuit", { run: () => 1 });
    // @ts-expect-error tasks at the end come after all of them
    d.onFailure("wrong-end", { after: [up], run: () => 1 });
    // @ts-expect-error a duration has a unit
    d.task("wrong-timeout", { startTimeout: "10", run: () => 1 });
  });
});

test("a task runs another DAG with parameters of its type", () => {
  const child = dag("types-child", { params: z.object({ region: z.string(), rows: z.number().default(1) }) }, () => undefined);
  dag("types-parent", {}, (d) => {
    const given = d.task("given", { run: () => ({ region: "eu" }) });
    const wrong = d.task("wrong", { run: () => ({ region: 1 }) });
    const eu = d.run("eu", child, { params: { region: "eu" }, partition: null, after: [given] });
    d.run("of-task", child, { params: given, wait: false });
    d.task("after", { needs: { eu }, run: ({ eu }) => expectTypeOf(eu.status).toEqualTypeOf<"succeeded" | "running">() });
    // @ts-expect-error a region is text
    d.run("wrong-params", child, { params: { region: 1 } });
    // @ts-expect-error a region is text, also from a task
    d.run("wrong-task", child, { params: wrong });
    // @ts-expect-error no such parameter
    d.run("wrong-name", child, { params: { regoin: "eu" } });
    // @ts-expect-error no DAG
    d.run("wrong-dag", "types-child");
  });
});

test("waits take durations, instants and tasks that return them, and an approval has a value", () => {
  dag("types-waits", { on: clean }, (d) => {
    const when = d.task("when", { run: () => "2026-11-23T10:00:00Z" });
    const count = d.task("count", { run: () => 3 });
    const pause = d.sleep("pause", { for: "10m", after: [count] });
    expectTypeOf(pause).toEqualTypeOf<TaskRef<null>>();
    d.waitUntil("fixed", { until: "2026-11-23T10:00:00Z", when: "all-done" });
    d.waitUntil("given", { until: when });
    const review = d.approve("review", { timeout: "2h", onTimeout: "skip", after: [pause] });
    d.approve("plain");
    d.task("after", {
      needs: { review },
      run: ({ review }) => expectTypeOf(review).toEqualTypeOf<{ readonly by: string; readonly reason: string | null; readonly at: string }>(),
    });
    // @ts-expect-error a duration has a unit
    d.sleep("wrong-duration", { for: "10" });
    // @ts-expect-error a number is no instant
    d.waitUntil("wrong-instant", { until: count });
    // @ts-expect-error a wait has no code
    d.sleep("wrong-code", { for: "1m", run: () => 1 });
    // @ts-expect-error no such end
    d.approve("wrong-end", { timeout: "1h", onTimeout: "approve" });
  });
});

test("tasks that take from a source have its items as JSON, and a match sees the run's parameters", () => {
  const source = {} as Source<{ key: string; at: Date }, { offset: number }>;
  dag("types-takes", { params: z.object({ key: z.string() }) }, (d) => {
    const batch = d.consume("batch", source, { max: 10, wait: "5s", startAt: { offset: 3 } });
    expectTypeOf(batch).toEqualTypeOf<TaskRef<readonly { key: string; at: string }[]>>();
    const one = d.waitFor("one", source, { match: (item, run) => item.key === run.params.key && item.at.getTime() > 0, timeout: "1h", after: [batch] });
    expectTypeOf(one).toEqualTypeOf<TaskRef<{ key: string; at: string }>>();
    d.map("each", { over: batch, run: (item) => expectTypeOf(item).toEqualTypeOf<{ key: string; at: string }>() });
    // @ts-expect-error no position of this source
    d.consume("wrong-start", source, { startAt: { line: 3 } });
    // @ts-expect-error the items have no such field
    d.waitFor("wrong-item", source, { match: (item) => item.size > 0 });
    // @ts-expect-error the run has no such parameter
    d.waitFor("wrong-params", source, { match: (_, run) => run.params.day === "" });
  });
});

test("a DAG of Airflow has the type of its schema, and its conf that of its needs", () => {
  dag("types-airflow", { on: clean, params: z.object({ day: z.string() }) }, (d) => {
    const count = d.task("count", { run: () => 3 });
    const load = d.airflow("load", {
      connection: "airflow",
      dag: "load",
      needs: { count, events: clean },
      conf: ({ count, events }, run) => {
        expectTypeOf(count).toEqualTypeOf<number>();
        expectTypeOf(events[0]?.data.rows).toEqualTypeOf<number | undefined>();
        expectTypeOf(run.params).toEqualTypeOf<{ day: string }>();
        return { count };
      },
      xcom: { task: "load", key: "rows" },
      returns: z.number(),
    });
    expectTypeOf(load).toEqualTypeOf<TaskRef<number>>();
    const plain = d.airflow("plain", { connection: "airflow", dag: "load", conf: { a: 1 }, after: [load] });
    expectTypeOf(plain).toEqualTypeOf<TaskRef<AirflowRun>>();
    // @ts-expect-error an XCom needs a schema
    d.airflow("untyped", { connection: "airflow", dag: "load", xcom: "load" });
    // @ts-expect-error a conf is JSON
    d.airflow("no-json", { connection: "airflow", dag: "load", conf: { at: new Date() } });
    // @ts-expect-error it has no code of ours
    d.airflow("coded", { connection: "airflow", dag: "load", run: () => 1 });
  });
});

test("an awaited event has the type of its asset, and so has its filter", () => {
  dag("types-awaited", {}, (d) => {
    const rows = d.waitForAsset("rows", clean, { where: { rows: { gt: 3 } }, partition: "any", timeout: "2h" });
    d.task("after", { needs: { rows }, run: ({ rows }) => expectTypeOf(rows.data.rows).toEqualTypeOf<number>() });
    // @ts-expect-error the data has no such field
    d.waitForAsset("wrong-field", clean, { where: { size: 3 } });
    // @ts-expect-error a source is no asset
    d.waitForAsset("wrong-asset", { kind: "sqs" });
  });
});
