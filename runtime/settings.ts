import { z } from "zod";
import { MOST_PLACES } from "../core/authoring/config.ts";
import { DEFAULT_EVERY } from "../core/authoring/watch.ts";
import { HeadgateError } from "../core/errors.ts";
import { DEFAULT_PROJECT } from "../core/names.ts";
import { parseDuration } from "../core/time/duration.ts";
import type { ConfigFile } from "./config-file.ts";
import type { RunningStack } from "./embedded/running-stack.ts";

interface SettingDefinition<T> {
  readonly meaning: string;
  /** Without the dashes. */
  readonly flag?: string;
  /** In order; the first that is set counts. */
  readonly env?: readonly string[];
  readonly file?: (file: ConfigFile) => unknown;
  /** Where `headgate dev` of this project runs, if it does. */
  readonly running?: (stack: RunningStack) => unknown;
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  /** Never shown. */
  readonly secret?: true;
}

function setting<T>(definition: SettingDefinition<T>): SettingDefinition<T> {
  return definition;
}

const port = z.coerce.number().int().min(0).max(65_535);
const onOff = z.union([z.boolean(), z.enum(["true", "false", "on", "off", "1", "0"]).transform((text) => ["true", "on", "1"].includes(text))]);
const name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be kebab-case, 1 to 63 characters");
const duration = z.union([z.number().positive(), z.string().transform(toMilliseconds)]);

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

const rate: z.ZodType<Rate> = z.preprocess(
  (given) => {
    if (typeof given !== "string") return given;
    const [burst, perSecond] = given.split(",").map(Number);
    return { burst, perSecond };
  },
  z.strictObject({ burst: z.number().int().min(1), perSecond: z.number().positive() }),
);

function toMilliseconds(text: string, context: z.RefinementCtx): number {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: HeadgateError.is(error) ? error.message : String(error) });
    return z.NEVER;
  }
}

/** Every setting there is: what it means, and where it can be set. Flag over environment over file over what runs here over default. */
export const SETTINGS = {
  project: setting({
    meaning: "name of the project that is deployed",
    flag: "project",
    env: ["HEADGATE_PROJECT"],
    file: (file) => file.project,
    schema: name,
    fallback: DEFAULT_PROJECT,
  }),
  dags: setting<readonly string[]>({
    meaning: "globs of the DAG files, relative to the folder of the config file",
    env: ["HEADGATE_DAGS"],
    file: (file) => file.dags,
    schema: z.union([
      z.array(z.string().min(1)).min(1),
      z
        .string()
        .min(1)
        .transform((text) => text.split(",").map((glob) => glob.trim())),
    ]),
    fallback: ["dags/**/*.ts"],
  }),
  environment: setting({
    meaning: "prefix of all names in the Temporal namespace",
    flag: "environment",
    env: ["HEADGATE_ENVIRONMENT"],
    running: (stack) => stack.environment,
    schema: z.union([z.literal(""), name]),
    fallback: "",
  }),
  temporalAddress: setting({
    meaning: "host and port of the Temporal frontend",
    flag: "temporal",
    env: ["TEMPORAL_ADDRESS"],
    running: (stack) => stack.temporalAddress,
    schema: z.string().min(1),
    fallback: "127.0.0.1:7233",
  }),
  temporalNamespace: setting({
    meaning: "Temporal namespace",
    flag: "namespace",
    env: ["TEMPORAL_NAMESPACE"],
    running: (stack) => stack.temporalNamespace,
    schema: z.string().min(1),
    fallback: "default",
  }),
  databaseUrl: setting<string | undefined>({
    meaning: "Postgres of the store",
    flag: "database-url",
    env: ["HEADGATE_DATABASE_URL", "DATABASE_URL"],
    file: (file) => (typeof file.store === "object" ? file.store.url : file.store),
    running: (stack) => stack.databaseUrl,
    schema: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// URI"),
    fallback: undefined,
    secret: true,
  }),
  apiUrl: setting<string | undefined>({
    meaning: "address of a Headgate API that commands ask in place of Temporal and Postgres",
    flag: "api",
    env: ["HEADGATE_API"],
    schema: z.url({ protocol: /^https?$/ }),
    fallback: undefined,
  }),
  apiToken: setting<string | undefined>({
    meaning: "token that it asks for",
    env: ["HEADGATE_TOKEN"],
    schema: z.string().min(1),
    fallback: undefined,
    secret: true,
  }),
  connectionsFile: setting({
    meaning: "file of connections by name, for what no HEADGATE_CONN_<NAME> says",
    env: ["HEADGATE_CONNECTIONS_FILE"],
    schema: z.string().min(1),
    fallback: ".headgate/connections.yaml",
  }),
  pools: setting<Readonly<Record<string, number>> | undefined>({
    meaning: "places of each pool, as name=places with commas",
    env: ["HEADGATE_POOLS"],
    file: (file) => file.pools,
    schema: z.preprocess(
      (given) => (typeof given === "string" ? Object.fromEntries(given.split(",").map((pool) => pool.split("=").map((part) => part.trim()))) : given),
      z.record(name, z.coerce.number().int().min(1).max(MOST_PLACES)),
    ),
    fallback: undefined,
  }),
  watchersEnabled: setting({
    meaning: "whether this process runs watchers",
    env: ["HEADGATE_WATCHERS"],
    file: (file) => file.watchers?.enabled,
    schema: onOff,
    fallback: true,
  }),
  watchersEvery: setting({
    meaning: "milliseconds between two polls of a watcher that does not say",
    env: ["HEADGATE_WATCHERS_EVERY"],
    file: (file) => file.watchers?.every,
    schema: duration,
    fallback: DEFAULT_EVERY,
  }),
  registryEnabled: setting({
    meaning: "whether this process carries the registry",
    env: ["HEADGATE_REGISTRY"],
    file: (file) => file.registry?.enabled,
    schema: onOff,
    fallback: true,
  }),
  versioning: setting<"off" | "pinned">({
    meaning: "whether runs stay on the build of the workers that they began on",
    env: ["HEADGATE_VERSIONING"],
    file: (file) => file.runtime?.versioning,
    schema: z.enum(["off", "pinned"]),
    fallback: "off",
  }),
  buildId: setting<string | undefined>({
    meaning: "name of the build, such as the commit, for pinned runs; without it the hash of the catalogue",
    env: ["HEADGATE_BUILD_ID"],
    schema: z.string().regex(/^[\w.-]{1,100}$/, "must have letters, digits, points, dashes: 1 to 100"),
    fallback: undefined,
  }),
  stateDir: setting({
    meaning: "folder of the embedded servers' state",
    flag: "state-dir",
    env: ["HEADGATE_STATE_DIR"],
    schema: z.string().min(1),
    fallback: ".headgate",
  }),
  temporalPort: setting({
    meaning: "port of the embedded Temporal server; 0 takes a free one",
    flag: "temporal-port",
    env: ["HEADGATE_TEMPORAL_PORT"],
    schema: port,
    fallback: 7233,
  }),
  uiPort: setting({ meaning: "port of its Web UI; 0 takes a free one", flag: "ui-port", env: ["HEADGATE_UI_PORT"], schema: port, fallback: 8233 }),
  postgresPort: setting({
    meaning: "port of the embedded Postgres; 0 takes a free one",
    flag: "postgres-port",
    env: ["HEADGATE_POSTGRES_PORT"],
    schema: port,
    fallback: 54_320,
  }),
  apiPort: setting({
    meaning: "port of the HTTP API of `headgate dev`; 0 takes a free one",
    flag: "api-port",
    env: ["HEADGATE_API_PORT"],
    schema: port,
    fallback: 7280,
  }),
  openLineageUrl: setting<string | undefined>({
    meaning: "OpenLineage server that is told of runs, deploys and assets",
    env: ["HEADGATE_OPENLINEAGE_URL", "OPENLINEAGE_URL"],
    file: (file) => file.openLineage?.url,
    schema: z.url({ protocol: /^https?$/ }),
    fallback: undefined,
  }),
  openLineageFile: setting<string | undefined>({
    meaning: "file that is told of them, in place of a server",
    env: ["HEADGATE_OPENLINEAGE_FILE"],
    file: (file) => file.openLineage?.file,
    schema: z.string().min(1),
    fallback: undefined,
  }),
  openLineageNamespace: setting<string | undefined>({
    meaning: "namespace of the jobs there; without it the name of the project",
    env: ["HEADGATE_OPENLINEAGE_NAMESPACE", "OPENLINEAGE_NAMESPACE"],
    file: (file) => file.openLineage?.namespace,
    schema: z.string().min(1).max(200),
    fallback: undefined,
  }),
  openLineageKey: setting<string | undefined>({
    meaning: "key that the OpenLineage server asks for, sent as a bearer token",
    env: ["OPENLINEAGE_API_KEY"],
    schema: z.string().min(1),
    fallback: undefined,
    secret: true,
  }),
  metricsPort: setting<number | undefined>({
    meaning: "port on which this process answers GET /metrics for Prometheus; 0 takes a free one; without it nothing is counted",
    flag: "metrics-port",
    env: ["HEADGATE_METRICS_PORT"],
    schema: port,
    fallback: undefined,
  }),
  metricsHost: setting({
    meaning: "address on which it answers; beyond loopback everybody who reaches it may read",
    flag: "metrics-host",
    env: ["HEADGATE_METRICS_HOST"],
    schema: z.string().min(1),
    fallback: "127.0.0.1",
  }),
  publicUrl: setting<string | undefined>({
    meaning: "where people reach the API and the web UI, if a proxy is in front of it",
    env: ["HEADGATE_PUBLIC_URL"],
    file: (file) => file.api?.publicUrl,
    schema: z.url({ protocol: /^https?$/ }),
    fallback: undefined,
  }),
  apiRate: setting<Rate | undefined>({
    meaning: "requests of one token or person over the API: so many at once, then so many a second, as 400,200 (the default)",
    env: ["HEADGATE_API_RATE"],
    file: (file) => file.api?.rate,
    schema: rate,
    fallback: undefined,
  }),
  apiSignInRate: setting<Rate | undefined>({
    meaning: "sign-ins from one address: so many at once, then so many a second, as 10,0.03",
    env: ["HEADGATE_API_SIGN_IN_RATE"],
    file: (file) => file.api?.signInRate,
    schema: rate,
    fallback: undefined,
  }),
  temporalUi: setting<string | undefined>({
    meaning: "address of the Temporal Web UI, to which a run's page links",
    env: ["HEADGATE_TEMPORAL_UI"],
    file: (file) => file.api?.temporalUi,
    schema: z.url({ protocol: /^https?$/ }),
    fallback: undefined,
  }),
  oidcIssuer: setting<string | undefined>({
    meaning: "provider of OpenID Connect where people sign in",
    env: ["HEADGATE_OIDC_ISSUER"],
    file: (file) => file.api?.oidc?.issuer,
    schema: z.url({ protocol: /^https?$/ }),
    fallback: undefined,
  }),
  oidcClientId: setting<string | undefined>({
    meaning: "id of this API at the provider",
    env: ["HEADGATE_OIDC_CLIENT_ID"],
    file: (file) => file.api?.oidc?.clientId,
    schema: z.string().min(1),
    fallback: undefined,
  }),
  oidcClientSecret: setting<string | undefined>({
    meaning: "secret of this API at the provider; none for a public client",
    env: ["HEADGATE_OIDC_CLIENT_SECRET"],
    schema: z.string().min(1),
    fallback: undefined,
    secret: true,
  }),
  oidcGroupsClaim: setting({
    meaning: "claim that names somebody's groups",
    env: ["HEADGATE_OIDC_GROUPS_CLAIM"],
    file: (file) => file.api?.oidc?.groupsClaim,
    schema: z.string().min(1),
    fallback: "groups",
  }),
  oidcRights: setting({
    meaning: "rights by group, as data-eng=read,operate:sales;*=read",
    env: ["HEADGATE_OIDC_RIGHTS"],
    file: (file) => file.api?.oidc?.rights,
    schema: z.preprocess(
      (given) =>
        typeof given === "object" && given !== null
          ? Object.entries(given)
              .map(([group, scopes]) => `${group}=${[scopes].flat().join(",")}`)
              .join(";")
          : given,
      z.string(),
    ),
    fallback: "",
  }),
  logLevel: setting({
    meaning: "least severe line that is logged",
    flag: "log-level",
    env: ["HEADGATE_LOG_LEVEL", "LOG_LEVEL"],
    schema: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    fallback: "info",
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [K in SettingName]: (typeof SETTINGS)[K] extends SettingDefinition<infer T> ? T : never };
export type Origin = "flag" | "environment" | "file" | "running" | "default";

/** One line of `headgate doctor`. */
export interface SettingRow {
  readonly name: SettingName;
  /** For people; a secret is shown as `(set)`. */
  readonly value: string;
  readonly origin: Origin;
  /** How exactly: `--temporal-port`, `TEMPORAL_ADDRESS`, `headgate.config.ts`, `headgate dev`. */
  readonly from: string;
  readonly meaning: string;
}

export interface SettingSources {
  /** By flag without dashes, as a command line parser gives them. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: { readonly name: string; readonly content: ConfigFile };
  /** The embedded servers of this project, while they run. */
  readonly running?: RunningStack;
}

/** Every setting with where it comes from. Throws `E_CONFIG`, which names the flag, the variable or the file. */
export function resolveSettings(sources: SettingSources): { readonly settings: Settings; readonly rows: readonly SettingRow[] } {
  const rows: SettingRow[] = [];
  const settings: Record<string, unknown> = {};
  for (const key of Object.keys(SETTINGS) as SettingName[]) {
    const definition: SettingDefinition<unknown> = SETTINGS[key];
    const { raw, origin, from } = find(definition, sources);
    const value = origin === "default" ? definition.fallback : parse(key, definition, raw, from);
    settings[key] = value;
    rows.push({ name: key, value: show(definition, value), origin, from, meaning: definition.meaning });
  }
  return { settings: settings as Settings, rows };
}

function find({ flag, env = [], file, running }: SettingDefinition<unknown>, sources: SettingSources): { raw: unknown; origin: Origin; from: string } {
  const fromFlag = flag === undefined ? undefined : sources.flags?.[flag];
  if (fromFlag !== undefined) return { raw: fromFlag, origin: "flag", from: `--${flag}` };
  for (const variable of env) {
    const raw = sources.env[variable];
    // An empty variable is how a shell says "not set".
    if (raw !== undefined && raw !== "") return { raw, origin: "environment", from: variable };
  }
  const fromFile = sources.file === undefined ? undefined : file?.(sources.file.content);
  if (sources.file !== undefined && fromFile !== undefined) return { raw: fromFile, origin: "file", from: sources.file.name };
  if (running !== undefined && sources.running !== undefined) return { raw: running(sources.running), origin: "running", from: "headgate dev" };
  return { raw: undefined, origin: "default", from: "default" };
}

function parse(key: SettingName, { schema, secret, meaning }: SettingDefinition<unknown>, raw: unknown, from: string): unknown {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const shown = secret === true ? "" : ` ${JSON.stringify(raw)}`;
  throw new HeadgateError("E_CONFIG", `${from} sets ${key} to a value${shown} that is wrong: ${result.error.issues.map((issue) => issue.message).join("; ")}`, {
    where: from,
    hint: `${key} is the ${meaning}`,
    cause: secret === true ? undefined : result.error,
  });
}

function show({ secret }: SettingDefinition<unknown>, value: unknown): string {
  if (value === undefined) return "(not set)";
  if (secret === true) return "(set)";
  return Array.isArray(value) ? value.join(", ") : value === "" ? '""' : typeof value === "object" ? JSON.stringify(value) : String(value);
}
