import { Migrator } from "kysely";
import { type Database, openDatabase } from "./database.ts";
import { migrationsOf } from "./migrations/index.ts";
import type { PoolOptions } from "./pool.ts";

/**
 * Brings the schema up to date and says which steps it ran. Two processes may do this at once: one waits for the other.
 * It has a connection of its own, since a step and the wait for the other process may take longer than any other statement.
 */
export async function migrate(options: PoolOptions & { readonly schema: string }): Promise<readonly string[]> {
  const db: Database = openDatabase({ ...options, size: 1, queryTimeout: 10 * 60_000 });
  try {
    const migrator = new Migrator({
      db: db.kysely,
      provider: { getMigrations: async () => migrationsOf(db) },
      migrationTableSchema: db.schema,
      migrationTableName: "migrations",
      migrationLockTableName: "migrations_lock",
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).filter((result) => result.status === "Success").map((result) => result.migrationName);
  } finally {
    await db.kysely.destroy();
  }
}
