import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Duration } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { TriggerRule } from "../plan.ts";
import { isStandardSchema } from "../schema.ts";
import type { SqlParameters } from "../sql/sql-parameters.ts";
import { readScript } from "../sql/sql-script.ts";
import type { SqlConnector } from "../sql/sql-session.ts";
import type { SqlResult, SqlTask } from "../sql/sql-task.ts";
import type { TaskContext } from "../tasks/context.ts";
import { parseDuration } from "../time/duration.ts";
import type { Any, StaysJson } from "./json-types.ts";
import type { Given, OutletsOf, TaskOptions } from "./task.ts";

/** Where the statements are: in the code, or in a file. */
type Script =
  /** The statements themselves. */
  | { readonly sql: string; readonly file?: never }
  /** A file of the project, from its folder on, or `new URL("load.sql", import.meta.url)`. Read again for each attempt. */
  | { readonly file: string | URL; readonly sql?: never };

/** Without a schema a row is what JSON makes of it. */
export type RowOf<S> = S extends StandardSchemaV1<Any, infer Row> ? Row : JsonObject;

interface SqlOptions<S, N, O, W extends TriggerRule, P> extends TaskOptions {
  /** `postgres("warehouse")` of `headgate/connections`. */
  readonly connection: SqlConnector<Any>;
  readonly needs?: N;
  readonly when?: W;
  /** Assets that the task updates. One with a schema needs `publish`. */
  readonly outlets?: O;
  /**
   * Values of the script's parameters: by name for `:day`, as a list for `$1`. There are `:partition`, `:ds`, `:interval_start`,
   * `:interval_end` and `:run_id` without saying so.
   */
  readonly params?: SqlParameters | ((input: Given<N, W>, ctx: TaskContext<never, P>) => SqlParameters | Promise<SqlParameters>);
  /** Rows of the last statement that the task returns; `rowCount` counts all. @default 1,000 */
  readonly maxRows?: number;
  /** The server stops a statement that takes longer. @default the task's timeout */
  readonly statementTimeout?: Duration;
  /** A Standard Schema of a row, which types and checks them. */
  readonly row?: S;
  /** Says what was published, once all is committed. */
  readonly publish?: (result: SqlResult<RowOf<S>>, ctx: TaskContext<OutletsOf<O>, P>) => void | Promise<void>;
}

export type SqlSpec<S extends StandardSchemaV1<Any, Any> | undefined, N, O, W extends TriggerRule, P> = Script &
  SqlOptions<S extends StandardSchemaV1<Any, Any> ? StaysJson<S, StandardSchemaV1.InferOutput<S>> : S, N, O, W, P>;

/** The options that only a SQL task has. */
export const SQL_OPTIONS = ["connection", "sql", "file", "params", "maxRows", "statementTimeout", "row", "publish"] as const;
export type RawSql = { readonly [Name in (typeof SQL_OPTIONS)[number]]?: unknown };

const DEFAULT_ROWS = 1_000;

/** The code of a SQL task; a script in the code is read at once. Throws `E_OPTION`, `E_SQL`, `E_DURATION`, `E_SCHEMA`. */
export function readSql(spec: RawSql, where: string): SqlTask {
  const { connection, sql, file, params = {}, maxRows = DEFAULT_ROWS, statementTimeout, row, publish } = spec;
  if (typeof connection !== "object" || connection === null || !("session" in connection) || typeof connection.session !== "function") {
    throw wrong("has no connection of a database", 'give connection: postgres("warehouse"), of headgate/connections');
  }
  const fromFile = file instanceof URL ? file.protocol === "file:" : typeof file === "string" && file !== "";
  if ((typeof sql === "string") === fromFile) throw wrong("needs either sql or file", 'give file: "sql/load.sql", or sql: "insert into ..."');
  if (typeof params !== "function" && (typeof params !== "object" || params === null))
    throw wrong("has no values in params", "give params: { day: 1 }, or a function");
  if (typeof maxRows !== "number" || !Number.isSafeInteger(maxRows) || maxRows < 0)
    throw wrong(`has maxRows ${String(maxRows)}`, "it is a whole number from 0 on");
  if (row !== undefined && !isStandardSchema(row)) {
    throw new HeadgateError("E_SCHEMA", `"row" of ${where} is no Standard Schema`, { where, hint: "say what a row is, such as z.object({ n: z.number() })" });
  }
  if (publish !== undefined && typeof publish !== "function") throw wrong("has no function in publish", "give publish: (result, ctx) => ctx.publish(...)");
  if (typeof sql === "string") readScript(sql, where);
  return {
    ...(typeof sql === "string" ? { sql } : { file: file as string | URL }),
    connection: connection as SqlConnector<Any>,
    params: params as SqlTask["params"],
    maxRows,
    ...(statementTimeout === undefined ? {} : { statementTimeout: parseDuration(statementTimeout as string, `${where}, statementTimeout`) }),
    ...(row === undefined ? {} : { row }),
    ...(publish === undefined ? {} : { publish: publish as NonNullable<SqlTask["publish"]> }),
  };

  function wrong(what: string, hint: string): HeadgateError {
    return new HeadgateError("E_OPTION", `${where} ${what}`, { where, hint });
  }
}
