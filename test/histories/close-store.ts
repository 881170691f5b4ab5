import pg from "pg";

/** A database that lets nobody in until it is opened again. */
export interface ClosedStore {
  /** Opening what is open changes nothing. */
  open(): Promise<void>;
}

/** Closes a database as a broken server would: who is in is thrown out, who comes is refused. */
export async function closeStore(databaseUrl: string): Promise<ClosedStore> {
  const url = new URL(databaseUrl);
  const database = decodeURIComponent(url.pathname.slice(1));
  url.pathname = "/postgres";
  const run = async (...statements: readonly string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const name = pg.escapeIdentifier(database);
  await run(
    `alter database ${name} with allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = ${pg.escapeLiteral(database)} and pid <> pg_backend_pid()`,
  );
  return { open: () => run(`alter database ${name} with allow_connections true`) };
}
