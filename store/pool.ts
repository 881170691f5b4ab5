import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import { isUnavailable, toStoreError } from "./store-error.ts";

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`. The password never leaves this module. */
  readonly url: string;
  /** Most connections at once. */
  readonly size: number;
  /** Longest wait for a connection, in milliseconds. */
  readonly connectTimeout: number;
  /** Longest wait for the answer to one statement, in milliseconds. */
  readonly queryTimeout: number;
}

const OID = { int8: 20, timestamptz: 1184, date: 1082, numeric: 1700 } as const;

/** Sequences and counts as numbers, instants as milliseconds since 1970, days as text. */
const types = {
  getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
    if (oid === OID.int8 || oid === OID.numeric) return Number;
    if (oid === OID.date) return String;
    const parse = pg.types.getTypeParser(oid, format as "text") as (value: string) => unknown;
    return oid === OID.timestamptz ? (value) => (parse(value) as Date).getTime() : parse;
  },
};

/**
 * Connections whose loss is an `E_STORE` of the statement that meets it, and never an unhandled `error` event: `pg` takes its
 * listener off while a connection is lent out, and reports a connection that breaks between two statements only by that event.
 */
export function openPool(options: PoolOptions): PostgresPool {
  const where = describe(options.url);
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeout,
    query_timeout: options.queryTimeout,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: "headgate",
    types: types as pg.CustomTypesConfig,
  });
  pool.on("error", ignore);
  return {
    connect: async () => {
      try {
        return lend(await pool.connect(), where);
      } catch (error) {
        throw toStoreError(error, where);
      }
    },
    // A connection that hangs must not hold up the end of the process.
    end: async () => {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([pool.end(), new Promise((resolve) => (timer = setTimeout(resolve, 2_000)))]);
      clearTimeout(timer);
    },
  };
}

function lend(client: pg.PoolClient, where: string): PostgresPoolClient {
  let lost: unknown;
  client.on("error", ignore);

  const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<never>> => {
    // A statement that timed out still occupies the connection: anything sent after it would wait as long again.
    if (lost !== undefined && text === "rollback") return { command: "ROLLBACK", rowCount: 0, rows: [] } as unknown as PostgresQueryResult<never>;
    if (lost !== undefined) throw lost;
    try {
      return (await client.query(text, [...parameters])) as unknown as PostgresQueryResult<never>;
    } catch (error) {
      const known = toStoreError(error, where);
      if (isUnavailable(error)) lost = known;
      throw known;
    }
  };

  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: () => {
      client.off("error", ignore);
      client.release(lost !== undefined);
    },
  };
}

/** Host, port and database, without the user and the password. */
function describe(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `Postgres at ${host}${pathname}`;
  } catch {
    return "Postgres";
  }
}

function ignore(): void {
  // The next statement on the connection reports what happened.
}
