import pg from "pg";
import type { SqlConnector } from "../../core/sql/sql-session.ts";
import { postgresSession } from "./postgres-session.ts";

/**
 * A pooled Postgres client by the name of its connection: its URI is in `HEADGATE_CONN_<NAME>`. One pool for each name and
 * worker, closed with the worker. `d.sql` works in it, too.
 *
 * @example
 * const warehouse = postgres("warehouse");
 * d.task("load", { run: async (_, ctx) => (await (await ctx.connection(warehouse)).query("select 1")).rowCount });
 */
export function postgres(name: string, options: { readonly max?: number } = {}): SqlConnector<pg.Pool> {
  return {
    kind: "postgres",
    name,
    open(uri) {
      const pool = new pg.Pool({ connectionString: uri, max: options.max ?? 10, connectionTimeoutMillis: 10_000 });
      // An idle client that loses its server says so here; the next query gets a new client, or the error.
      pool.on("error", () => undefined);
      return pool;
    },
    close: (pool) => pool.end(),
    session: postgresSession,
  };
}
