import { describe, expect, it } from "vitest";
import type { Scope } from "../../../core/authoring/task.ts";
import { asset, dag } from "../../../core/index.ts";
import { postgres } from "../../../runtime/connectors/index.ts";
import { caught } from "../caught.ts";

type Untyped = Scope<never, never> & Record<"sql", (id: string, spec: unknown) => never>;
const connection = postgres("warehouse");
const sql = "select 1";

describe("a SQL task", () => {
  it("is in the plan with the name of its connection, and without its statements", () => {
    const mart = asset("postgres://warehouse/mart");
    const load = dag("load", { defaults: { retries: 2 } }, (d) => void d.sql("load", { connection, sql, outlets: [mart], statementTimeout: "5m" }));
    expect(load.plan.plan.tasks).toMatchObject([
      { id: "load", kind: "sql", connection: "warehouse", retries: 2, outlets: [{ asset: "postgres://warehouse/mart", schema: false }] },
    ]);
    expect(JSON.stringify(load.plan)).not.toContain("select 1");
    expect(load.scripts?.get("load")).toMatchObject({ sql, maxRows: 1_000, statementTimeout: 300_000 });
  });

  it.each([
    ["without a connection", { sql }, "E_OPTION", "no connection of a database"],
    ["with the name of a connection", { connection: "warehouse", sql }, "E_OPTION", "no connection of a database"],
    ["without statements", { connection }, "E_OPTION", "either sql or file"],
    ["with statements twice", { connection, sql, file: "a.sql" }, "E_OPTION", "either sql or file"],
    ["with an address that is no file", { connection, file: new URL("https://a.example/a.sql") }, "E_OPTION", "either sql or file"],
    ["with statements that are malformed", { connection, sql: "select 'a" }, "E_SQL", "not closed"],
    ["with params that are no values", { connection, sql, params: "day" }, "E_OPTION", "params"],
    ["with a wrong number of rows", { connection, sql, maxRows: -1 }, "E_OPTION", "maxRows -1"],
    ["with a row that is no schema", { connection, sql, row: { n: "number" } }, "E_SCHEMA", '"row"'],
    ["with a statement timeout without a unit", { connection, sql, statementTimeout: "5" }, "E_DURATION", "statementTimeout"],
    ["with a misspelt option", { connection, sql, parms: {} }, "E_OPTION", '"parms"'],
  ])("%s is refused", (_, spec, code, message) => {
    const error = caught(() => dag("load", {}, (d) => void (d as unknown as Untyped).sql("load", spec))) as { code: string; message: string; where: string };
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.where}`).toContain(message);
  });
});
