import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Scope } from "../../core/authoring/task.ts";
import { asset, dag } from "../../core/index.ts";
import { postgres } from "../../runtime/connectors/index.ts";
import { type TestRun, testDag } from "../../testing/index.ts";
import { createWorld, type World } from "../support/stack.ts";
import { until, useServer, withScene } from "./run-scene.ts";

const warehouse = postgres("warehouse", { max: 2 });
const sales = asset("postgres://warehouse/sales", { schema: z.object({ rows: z.number() }) });

let world: World;
let pool: pg.Pool;
let folder: string;
const server = useServer();

beforeAll(async () => {
  world = await createWorld();
  pool = await warehouse.open(world.databaseUrl);
  await pool.query("create table sale (id int primary key, day date, amount numeric)");
  folder = await mkdtemp(join(tmpdir(), "headgate-sql-"));
});
afterAll(async () => {
  await warehouse.close(pool);
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Plays a DAG of these tasks against the real database. */
const play = (build: (d: Scope<never, never>) => void, partition: string | null = null): Promise<TestRun> =>
  testDag(dag("played", { outlets: [] }, build as never)).run({ connections: { warehouse: pool }, partition });
const rowsOf = async (text: string): Promise<unknown[]> => (await pool.query(text)).rows;

describe("a SQL task", () => {
  it("runs the statements of a file in one transaction, with bound values, and publishes what it did", async () => {
    const file = join(folder, "load.sql");
    await writeFile(
      file,
      "-- the day is made anew\ndelete from sale where day = :day;\ninsert into sale select id, :day, :amount from unnest(:ids::int[]) as id\nreturning id, day, amount, now()::timestamp as at;\n",
    );
    const orders = dag("sql-orders", {}, (d) => {
      const ids = d.task("ids", { run: () => [1, 2, 3] });
      const load = d.sql("load", {
        connection: warehouse,
        file: pathToFileURL(file),
        needs: { ids },
        outlets: [sales],
        maxRows: 2,
        row: z.object({ id: z.number(), day: z.string(), amount: z.string(), at: z.string() }),
        params: ({ ids }) => ({ ids, day: "2026-03-29", amount: "9.50'); drop table sale; --".slice(0, 4) }),
        publish: ({ rowCount }, ctx) => ctx.publish(sales, { data: { rows: rowCount } }),
      });
      d.task("count", { needs: { load }, run: ({ load }) => load.rows.length });
    });
    const run = await testDag(orders).run({ connections: { warehouse: pool } });
    expect(run.error).toBeUndefined();
    expect(run.task("load").value).toEqual({
      rowCount: 3,
      // A day stays a day, whatever the zone of the worker.
      rows: [1, 2].map((id) => ({ id, day: "2026-03-29", amount: "9.50", at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:/) })),
    });
    expect(run.task("count").value).toBe(2);
    expect(run.published(sales)).toMatchObject([{ data: { rows: 3 } }]);
    expect(run.logs.filter(({ task }) => task === "load").map(({ fields }) => fields)).toMatchObject([
      { at: "2:1", command: "DELETE", rows: 0 },
      { at: "3:1", command: "INSERT", rows: 3 },
    ]);
  });

  it("keeps a value a value, whatever it holds", async () => {
    const evil = "'); drop table sale; --";
    const run = await play(
      (d) =>
        void d.sql("echo", {
          connection: warehouse,
          sql: "select :evil::text as a, :list::text[] as b, :object::jsonb as c, :ds::date as d",
          params: { evil, list: [evil], object: { evil } },
        }),
      "2026-11-23",
    );
    // A DAG without partitioned assets has no `ds`.
    expect(run.task("echo")).toMatchObject({ status: "failed", error: { code: "E_SQL_PARAM" } });
    const again = await play(
      (d) =>
        void d.sql("echo", {
          connection: warehouse,
          sql: "select :evil::text as a, :list::text[] as b, :object::jsonb as c, :partition::date as d",
          params: { evil, list: [evil], object: { evil } },
        }),
      "2026-11-23",
    );
    expect(again.task("echo").value).toEqual({ rowCount: 1, rows: [{ a: evil, b: [evil], c: { evil }, d: "2026-11-23" }] });
  });

  it.each([
    [
      "a statement that fails",
      "insert into sale values (77);\n\ninsert into sale values (:id, 'x')",
      "3:31",
      /invalid input syntax for type date: "x" \(SQLSTATE 22007\)/,
    ],
    ["a name that is not there", "insert into sale values (77);\nselect :id::int,\n  nmae from sale", "3:3", /column "nmae" does not exist/],
    ["a wrong word after parameters", "insert into sale values (77); select :id, :id form sale", "1:52", /syntax error at or near "sale"/],
    [
      "what is checked at the end",
      "create temp table t (a int unique deferrable initially deferred) on commit drop; insert into sale values (77); insert into t values (1), (1)",
      "commit",
      /duplicate key.*\(1\) already exists/,
    ],
  ])("says where and why, and leaves nothing of %s", async (_, sql, place, why) => {
    const run = await play((d) => void d.sql("fails", { connection: warehouse, sql, params: { id: 1 } }));
    expect(run.task("fails").error).toMatchObject({
      code: "E_SQL",
      message: expect.stringMatching(why),
      where: expect.stringContaining(`task fails${place === "commit" ? ", commit" : `:${place}`}`),
    });
    expect(await rowsOf("select * from sale where id = 77")).toEqual([]);
  });

  it("leaves nothing in the connection that the next task gets", async () => {
    const sql = "create temp table work as select 1; set search_path to pg_catalog; select pg_advisory_lock(7)";
    for (let n = 0; n < 3; n += 1) expect((await play((d) => void d.sql("work", { connection: warehouse, sql }))).error).toBeUndefined();
    expect(await rowsOf("select * from pg_locks where locktype = 'advisory'")).toEqual([]);
  });

  it("waits for a connection of the pool as long as others have them", async () => {
    const run = await play((d) => {
      for (let n = 0; n < 6; n += 1) d.sql(`one-${n}`, { connection: warehouse, sql: "select pg_sleep(0.05)" });
    });
    expect(run.status).toBe("succeeded");
  });

  it("is stopped by the server after its statement timeout, and by its own timeout", async () => {
    const run = await play((d) => {
      d.sql("slow", { connection: warehouse, sql: "select pg_sleep(60)", statementTimeout: "100ms" });
      d.sql("slower", { connection: warehouse, sql: "select 1;\nselect pg_sleep(61)", timeout: "300ms" });
    });
    expect(run.task("slow").error).toMatchObject({ code: "E_SQL", message: expect.stringContaining("statement timeout") });
    expect(run.task("slower").error).toMatchObject({ code: "E_TASK_TIMEOUT" });
    await until(async () =>
      (await rowsOf("select 1 from pg_stat_activity where query like '%pg_sleep(6%' and pid <> pg_backend_pid()")).length === 0 ? true : undefined,
    );
  });

  it("that runs in a worker stops in the database when its run is cancelled", async () => {
    const long = dag("sql-long", {}, (d) => void d.sql("holds", { connection: warehouse, sql: "insert into sale values (88); select pg_sleep(120)" }));
    await withScene(
      server,
      async ({ start, heard }) => {
        const busy = "select pid from pg_stat_activity where application_name = 'headgate sql-long' and wait_event = 'PgSleep'";
        const handle = await start("sql-long");
        await until(async () => (await rowsOf(busy))[0]);
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow();
        expect(await rowsOf(busy)).toEqual([]);
        expect(await rowsOf("select * from sale where id = 88")).toEqual([]);
        expect(heard.attempts.at(-1)).toMatchObject({ task: "holds", status: "cancelled" });
      },
      { dags: [long], uriOf: () => world.databaseUrl },
    );
  });
});
