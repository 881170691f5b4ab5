import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type NotifyConfig, readNotify } from "../core/notify.ts";
import { loadConfigFile } from "./config-file.ts";
import { type Connections, readConnections } from "./connections.ts";
import { readConnectionsFile } from "./connections-file.ts";
import { findRunningStack } from "./embedded/running-stack.ts";
import { resolveSettings, type SettingRow, type Settings } from "./settings.ts";

// The only module that reads process.env: everything else is told.

export interface LoadConfigOptions {
  /** Flags of the command line, without dashes. `config` names the config file. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Where to look for the config file. @default the working directory */
  readonly cwd?: string;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Config {
  readonly settings: Settings;
  /** Every setting with its origin, for `headgate doctor`. Holds no secret. */
  readonly rows: readonly SettingRow[];
  readonly connections: Connections;
  /** Absolute: where `headgate connections add` writes. */
  readonly connectionsFile: string;
  /** Who is told of problems, if the file says so. */
  readonly notify?: NotifyConfig;
  /** Absolute: the folder of the config file, else the working directory. DAG globs and the state folder are relative to it. */
  readonly root: string;
  /** Absolute. */
  readonly stateDir: string;
  /** The config file, if there is one. */
  readonly file?: string;
}

/** The settings of this process: flag over environment over file over what runs here over default. Throws `E_CONFIG`. */
export async function loadConfig({ flags = {}, cwd = process.cwd(), env = process.env }: LoadConfigOptions = {}): Promise<Config> {
  const file = await loadConfigFile(cwd, typeof flags.config === "string" ? flags.config : undefined);
  const root = file === undefined ? resolve(cwd) : dirname(file.path);
  const sources = { flags, env, ...(file === undefined ? {} : { file }) };
  const stateDir = resolve(root, resolveSettings(sources).settings.stateDir);
  const running = findRunningStack(stateDir);
  const { settings, rows } = resolveSettings(running === undefined ? sources : { ...sources, running });
  const connectionsFile = resolve(root, settings.connectionsFile);
  return {
    settings,
    rows,
    connections: readConnections(env, {
      ...(file?.content.connections === undefined ? {} : { variables: file.content.connections }),
      file: { path: connectionsFile, uris: readConnectionsFile(connectionsFile) },
      also: settings.databaseUrl === undefined ? [] : [settings.databaseUrl],
    }),
    connectionsFile,
    ...(file?.content.notify === undefined ? {} : { notify: readNotify(file.content.notify, `${file.name}, notify`) }),
    root,
    stateDir,
    ...(file === undefined ? {} : { file: file.path }),
  };
}

/** Where binaries are kept that all projects of this user share. */
export function userCacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.HEADGATE_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "headgate");
}

/** The entries of the API's tokens, as `HEADGATE_API_TOKENS` has them; empty if it is not set. */
export function apiTokenEntries(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.HEADGATE_API_TOKENS ?? "";
}

/** Whether the environment names a collector of OpenTelemetry traces, by the variables of the SDK. */
export function namesTraceCollector(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT) && env.OTEL_SDK_DISABLED !== "true";
}

/** Whether npm runs this process, as a script of a package or by npx. */
export function isRunByNpm(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return env.npm_lifecycle_event !== undefined;
}

/**
 * What keeps a worker small at rest, unless the environment says otherwise. glibc gives each thread an arena of its own, and a worker has
 * dozens: two of them save 30 MB. V8's room for young objects grows while modules load, and is given back a minute later: half of it
 * saves 25 MB, and the registry decides as fast.
 */
const SMALL_AT_REST = { MALLOC_ARENA_MAX: "2", NODE_OPTIONS: "--max-semi-space-size=8" };

/** The environment of a child process: ours with some changes; `undefined` removes a variable. */
export function childEnvironment(changes: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  return { ...SMALL_AT_REST, ...process.env, ...changes };
}
