import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { cached, runTool } from "./fetch.ts";
import { runServer } from "./run-server.ts";
import { type PrepareOptions, type RunningServer, type ServerRecipe, withDefaults } from "./server.ts";

const VERSION = "3.3.2";
const FOLDER = fileURLToPath(new URL("airflow", import.meta.url));
const REQUIREMENTS = join(FOLDER, "requirements.txt");

export interface AirflowServer extends RunningServer {
  readonly username: string;
  readonly password: string;
}

/**
 * Airflow from PyPI on SQLite: API server and scheduler, with the DAGs of `scripts/servers/airflow/dags`. Installed once, into a Python environment of
 * its own. A database with all tables and these DAGs is kept, too: to make it takes longer than anything else, and so nothing has to look for DAGs.
 */
export const airflowServer: ServerRecipe<AirflowServer> = {
  name: "airflow",
  title: `Airflow (Apache Airflow ${VERSION})`,
  prepare: async (options) => void (await database(options)),
  start: async (options) => {
    const { stateDir } = options;
    const python = await install(options);
    const template = await database(options);
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the Airflow server" });
    await mkdir(stateDir, { recursive: true });
    const own = join(stateDir, "airflow.db");
    if (!existsSync(own)) await copyFile(template, own);
    const [username, password] = ["admin", randomBytes(12).toString("hex")];
    const passwords = join(stateDir, "passwords.json");
    await writeFile(passwords, JSON.stringify({ [username]: password }), { mode: 0o600 });
    const origin = `http://127.0.0.1:${port}`;
    const server = await runServer({
      name: "airflow",
      stateDir,
      url: origin,
      env: { HEADGATE_CONN_AIRFLOW: `http://${username}:${password}@127.0.0.1:${port}/` },
      command: () => ({
        command: "sh",
        args: ["-c", PIECES, "airflow", python],
        env: {
          ...settingsFor(stateDir),
          AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: `${username}:admin`,
          AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: passwords,
          AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${origin}/execution/`,
          AIRFLOW__API__BASE_URL: origin,
          AIRFLOW__API__HOST: "127.0.0.1",
          AIRFLOW__API__PORT: String(port),
          AIRFLOW__API_AUTH__JWT_SECRET: randomBytes(32).toString("hex"),
        },
        patience: 5_000,
      }),
      ask: () => askPieces(origin),
      patience: 110_000,
    });
    return Object.assign(server, { username, password });
  },
};

/** Two processes that end together. Logs of tasks are not served: that would be on all addresses of the machine. */
const PIECES = `
"$1" -m airflow api-server & a=$!
"$1" -m airflow scheduler --skip-serve-logs & b=$!
trap 'kill $a $b' TERM
wait; wait`;

function settingsFor(home: string): Record<string, string> {
  return {
    AIRFLOW_HOME: home,
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${join(home, "airflow.db")}`,
    AIRFLOW__CORE__DAGS_FOLDER: join(FOLDER, "dags"),
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: "False",
    AIRFLOW__CORE__PARALLELISM: "2",
    AIRFLOW__API__WORKERS: "1",
    // The first task waits until the API for tasks is made, on a busy machine for long.
    AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT: "60",
    AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: "0.2",
    AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK: "False",
    AIRFLOW__LOGGING__BASE_LOG_FOLDER: join(home, "logs"),
  };
}

/** Resolves when both answer. */
async function askPieces(origin: string): Promise<void> {
  const response = await fetch(`${origin}/api/v2/monitor/health`, { signal: AbortSignal.timeout(5_000) });
  const health = (await response.json()) as { readonly scheduler?: { readonly status: string | null } };
  if (health.scheduler?.status !== "healthy") throw new Error("its scheduler is not there yet");
}

/** The Python that has it. */
async function install(options: PrepareOptions): Promise<string> {
  const folder = await cached(
    {
      name: `airflow-${VERSION}-${hashOf(REQUIREMENTS)}`,
      purpose: `installing Airflow ${VERSION} with pip (300 MB, two minutes)`,
      make: async (target) => {
        await runTool("python3", ["-m", "venv", target]);
        await runTool(join(target, "bin", "python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
      },
    },
    withDefaults(options),
  );
  return join(folder, "bin", "python");
}

/** A database that has the DAGs. */
async function database(options: PrepareOptions): Promise<string> {
  const python = await install(options);
  const folder = await cached(
    {
      name: `airflow-${VERSION}-${hashOf(REQUIREMENTS, join(FOLDER, "dags", "orders.py"))}-database`,
      purpose: `making the database of Airflow ${VERSION}`,
      make: async (target) => {
        const env = settingsFor(target);
        await runTool(python, ["-m", "airflow", "db", "migrate"], { env });
        await runTool(python, ["-m", "airflow", "dags", "reserialize"], { env });
      },
    },
    withDefaults(options),
  );
  return join(folder, "airflow.db");
}

function hashOf(...files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
