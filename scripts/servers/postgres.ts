import { startPostgres } from "../../runtime/embedded/postgres.ts";
import { type RunningServer, type ServerRecipe, withDefaults } from "./server.ts";

export interface PostgresServer extends RunningServer {
  /** Makes another database if it does not exist; its URI. */
  ensureDatabase(name: string): Promise<string>;
}

/** The embedded Postgres, with `wal_level=logical`: what logical replication needs. */
export const postgresServer: ServerRecipe<PostgresServer> = {
  name: "postgres",
  title: "Postgres 18 (logical replication)",
  prepare: async () => undefined,
  start: async (options) => {
    const server = await startPostgres({
      stateDir: options.stateDir,
      port: options.port ?? 0,
      database: "warehouse",
      settings: { wal_level: "logical" },
      onProgress: withDefaults(options).onProgress,
    });
    return Object.assign(server, { url: server.databaseUrl, env: { HEADGATE_CONN_WAREHOUSE: server.databaseUrl } });
  },
};
