import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { asset, dag, type JsonObject, type SqlResult, type TaskRef } from "../../core/index.ts";
import { postgres, s3 } from "../../runtime/connectors/index.ts";

// Tasks of SQL. `tsc` is the test: an unused `@ts-expect-error` fails it.

const clean = asset("postgres://warehouse/types/clean", { schema: z.object({ rows: z.number() }) });
const other = asset("s3://lake/types/other");
const warehouse = postgres("warehouse");

test("a SQL task takes values of needs and parameters, and gives rows", () => {
  dag("types-sql", { on: clean, params: z.object({ day: z.string() }) }, (d) => {
    const keys = d.task("keys", { run: () => ["a", "b"] });
    const load = d.sql("load", {
      connection: warehouse,
      file: "sql/load.sql",
      needs: { keys, events: clean },
      outlets: [clean],
      params: ({ keys, events }, ctx) => {
        expectTypeOf(keys).toEqualTypeOf<string[]>();
        expectTypeOf(ctx.params).toEqualTypeOf<{ day: string }>();
        return { keys, rows: events.length, day: ctx.params.day };
      },
      publish: ({ rowCount }, ctx) => {
        ctx.publish(clean, { data: { rows: rowCount } });
        // @ts-expect-error not an outlet of this task
        ctx.publish(other);
      },
    });
    expectTypeOf(load).toEqualTypeOf<TaskRef<SqlResult<JsonObject>>>();
    const typed = d.sql("typed", { connection: warehouse, sql: "select 1 as n", row: z.object({ n: z.number() }), params: [1, "a"], statementTimeout: "5m" });
    expectTypeOf(typed).toEqualTypeOf<TaskRef<SqlResult<{ n: number }>>>();
    d.task("report", { needs: { load, typed }, run: ({ load, typed }) => [load.rowCount, typed.rows[0]?.n ?? 0] });
    // @ts-expect-error neither statements nor a file
    d.sql("nothing", { connection: warehouse });
    // @ts-expect-error both
    d.sql("both", { connection: warehouse, sql: "select 1", file: "a.sql" });
    // @ts-expect-error not a database
    d.sql("bucket", { connection: s3("lake"), sql: "select 1" });
    // @ts-expect-error a function cannot be bound
    d.sql("function", { connection: warehouse, sql: "select :a", params: { a: () => 1 } });
    // @ts-expect-error no such need
    d.sql("needs", { connection: warehouse, sql: "select :a", needs: { keys }, params: ({ kyes }) => ({ a: kyes }) });
  });
});
