import pg from "pg";
import type { SqlAnswer, SqlSession, SqlValue } from "../../core/sql/sql-session.ts";

/** A connection of a pool for one SQL task. Waits for a free one as long as the signal lets it. */
export async function postgresSession(pool: pg.Pool, signal: AbortSignal): Promise<SqlSession> {
  const client = await connect(pool, signal);
  let gone = false;
  // Between two statements nobody else listens, and Node ends the process; the next statement tells of it.
  const ignore = (): void => undefined;
  client.on("error", ignore);

  function release(how: "give-back" | "throw-away"): void {
    if (gone) return;
    gone = true;
    client.off("error", ignore);
    client.release(how === "throw-away");
  }

  return {
    async begin({ timeout, name }) {
      await client.query("begin");
      // Until the end of the transaction; a server whose client died in the middle stops by itself then.
      await client.query("select set_config('statement_timeout', $1, true), set_config('application_name', $2, true)", [String(timeout), name.slice(0, 63)]);
    },
    run: (text, values, keep) => run(client, text, values, keep),
    async commit() {
      await client.query("commit");
    },
    async stop() {
      // By another connection: this one is busy, and so may be all of the pool.
      const other = new pg.Client(pool.options);
      // What was lost is found out by the call below.
      other.on("error", () => undefined);
      try {
        await other.connect();
        await other.query("select pg_cancel_backend($1)", [(client as unknown as { readonly processID: number }).processID]);
      } catch {
        release("throw-away");
      } finally {
        await other.end().catch(() => undefined);
      }
    },
    async close(how) {
      if (how === "give-back" && !gone) {
        // Settings, temporary tables and locks of one task are no business of the next one.
        await client.query("discard all").catch(() => release("throw-away"));
      }
      release(how);
    },
  };
}

/** The pool gives up waiting for a free connection when it would give up connecting; waiting for others' tasks is no failure. */
async function connect(pool: pg.Pool, signal: AbortSignal): Promise<pg.PoolClient> {
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      signal.throwIfAborted();
      if (pool.totalCount < (pool.options.max ?? 10)) throw error;
    }
  }
}

function run(client: pg.PoolClient, text: string, values: readonly SqlValue[], keep: number): Promise<SqlAnswer> {
  return new Promise((resolve, reject) => {
    const rows: Record<string, unknown>[] = [];
    // The extended protocol takes one statement only, also where there are no values.
    const query = client.query(new pg.Query({ text, values: [...values], types: TYPES, queryMode: "extended" } as pg.QueryConfig));
    query.on("row", (row) => {
      if (rows.length < keep) rows.push(row as Record<string, unknown>);
    });
    query.on("error", reject);
    query.on("end", ({ command, rowCount }) => resolve({ command, rows, rowCount: rowCount ?? 0 }));
  });
}

const { builtins } = pg.types;
const TEXT_ARRAY = 1009;
/** Days and times without a zone stay the text that they are: as a `Date` they would be of the worker's zone. Their arrays have no names. */
const AS_TEXT: ReadonlyMap<number, number> = new Map([
  [builtins.DATE, builtins.TEXT],
  [builtins.TIMESTAMP, builtins.TEXT],
  [1182, TEXT_ARRAY],
  [1115, TEXT_ARRAY],
]);
const TYPES: pg.CustomTypesConfig = { getTypeParser: (oid, format) => pg.types.getTypeParser(AS_TEXT.get(oid as number) ?? (oid as number), format as "text") };
