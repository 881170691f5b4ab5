import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonObject } from "../json.ts";
import type { SqlParameters } from "./sql-parameters.ts";
import type { SqlConnector } from "./sql-session.ts";

/** The code of a SQL task, without its types. */
export interface SqlTask {
  // biome-ignore lint/suspicious/noExplicitAny: the client is the connector's own matter, and goes nowhere else
  readonly connection: SqlConnector<any>;
  /** One of the two. */
  readonly sql?: string;
  readonly file?: string | URL;
  readonly params: SqlParameters | ((input: never, context: never) => SqlParameters | Promise<SqlParameters>);
  readonly maxRows: number;
  /** Milliseconds. @default the task's timeout */
  readonly statementTimeout?: number;
  readonly row?: StandardSchemaV1;
  /** Called once the transaction is committed, for what the task publishes. */
  readonly publish?: (result: never, context: never) => unknown;
}

/** The value of a SQL task: what its last statement did. */
export interface SqlResult<Row = JsonObject> {
  /** The first rows that it gave, at most `maxRows`. */
  readonly rows: readonly Row[];
  /** All rows that it gave or changed. */
  readonly rowCount: number;
}
