import type { Duration } from "../condition.ts";
import { HeadgateError } from "../errors.ts";
import { type NotifyConfig, readNotify } from "../notify.ts";
import { parseDuration } from "../time/duration.ts";
import { frozenJson } from "./freeze.ts";
import { checkId } from "./ids.ts";
import { checkOptionNames } from "./option-names.ts";

/** Places of one pool at most: who waits looks at each of them. */
export const MOST_PLACES = 100;

/** The one config file, `headgate.config.ts`. A flag wins over the environment, the environment over the file, the file over the default. */
export interface HeadgateConfig {
  /** Names this project among those on one registry. @default "headgate" */
  readonly project?: string;
  /** Files with definitions, as globs from the config file. @default ["dags/**\/*.ts"] */
  readonly dags?: string | readonly string[];
  /** By name, the environment variable that holds the URI; never the URI, which has a password. @default HEADGATE_CONN_<NAME> */
  readonly connections?: { readonly [name: string]: string };
  /** Postgres. @default the embedded one */
  readonly store?: string | { readonly url: string };
  /** By name, how many tasks may have a place in it at once, over all DAGs and workers: `pools: { warehouse: 4 }`. */
  readonly pools?: { readonly [name: string]: number };
  /** Who is told of failed runs, stale assets and other problems, and where. */
  readonly notify?: NotifyConfig;
  readonly watchers?: {
    /** @default true */
    readonly enabled?: boolean;
    /** For watchers that do not say. @default "10s" */
    readonly every?: Duration;
  };
  readonly runtime?: {
    /**
     * `"pinned"`: a run stays on the build of the workers that it began on, by Temporal's worker deployments; `headgate deploy` makes the build of
     * its files the one that new runs begin on. Not under `headgate dev`.
     * @default "off"
     */
    readonly versioning?: "off" | "pinned";
  };
  /** Tells an OpenLineage server, or a file, of runs, deploys and assets. Its key comes from the environment: `OPENLINEAGE_API_KEY`. */
  readonly openLineage?: ({ readonly url: string } | { readonly file: string }) & {
    /** Of the jobs. @default the name of the project */
    readonly namespace?: string;
  };
  readonly registry?: {
    /** Whether workers of this project run the registry. @default true */
    readonly enabled?: boolean;
  };
  readonly api?: {
    /** Where people reach the API and the web UI, if a proxy is in front of it: `"https://headgate.example.com"`. */
    readonly publicUrl?: string;
    /** Address of the Temporal Web UI, to which a run's page links: `"https://temporal.example.com"`. @default that of `headgate dev`, else none */
    readonly temporalUi?: string;
    /** Requests of one token or person: so many at once, then so many a second. @default { burst: 400, perSecond: 200 } */
    readonly rate?: { readonly burst: number; readonly perSecond: number };
    /** Sign-ins from one address. @default { burst: 10, perSecond: 1 / 30 } */
    readonly signInRate?: { readonly burst: number; readonly perSecond: number };
    /** Where people sign in; the client's secret is `HEADGATE_OIDC_CLIENT_SECRET`. @default only those of `headgate people` */
    readonly oidc?: {
      readonly issuer?: string;
      readonly clientId?: string;
      /** The claim that names somebody's groups. @default "groups" */
      readonly groupsClaim?: string;
      /** By group, what its members may do; `*` is everybody who can sign in: `{ "data-eng": ["read", "operate:sales"], "*": ["read"] }`. */
      readonly rights?: { readonly [group: string]: readonly string[] };
    };
  };
}

/**
 * Types and checks `headgate.config.ts`, whose default export it is. Throws `E_CONFIG` with the nearest name for one that does not exist.
 *
 * @example
 * export default defineConfig({ project: "sales", dags: ["dags/**\/*.ts"] });
 */
export function defineConfig(config: HeadgateConfig): HeadgateConfig {
  const where = "headgate.config.ts";
  const names = ["project", "dags", "connections", "store", "pools", "notify", "watchers", "registry", "runtime", "openLineage", "api"];
  checkOptionNames(config, names, where, "E_CONFIG");
  if (config.project !== undefined) {
    checkId("project", config.project, where);
  }
  const globs: readonly unknown[] = config.dags === undefined ? [] : Array.isArray(config.dags) ? config.dags : [config.dags];
  if (globs.some((glob) => typeof glob !== "string" || glob === "")) {
    throw new HeadgateError("E_CONFIG", `"dags" of ${where} is neither a glob nor a list of globs`, { where, hint: 'write dags: ["dags/**/*.ts"]' });
  }
  checkOptionNames(config.connections ?? {}, Object.keys(config.connections ?? {}), `${where}, connections`, "E_CONFIG");
  for (const [name, variable] of Object.entries(config.connections ?? {})) {
    // The value is not printed: it may be a URI with a password.
    if (!/^[a-z][a-z0-9-]*$/.test(name) || typeof variable !== "string" || !/^[A-Za-z_]\w*$/.test(variable)) {
      throw new HeadgateError("E_CONFIG", `connection "${name}" of ${where} is no name of an environment variable under a kebab-case name`, {
        where,
        hint: 'write connections: { warehouse: "WAREHOUSE_URL" }, and put the URI into that variable',
      });
    }
  }
  if (typeof config.store !== "string") {
    checkOptionNames(config.store ?? {}, ["url"], `${where}, store`, "E_CONFIG");
  }
  for (const [name, places] of Object.entries(config.pools ?? {})) {
    checkId("pool", name, `${where}, pools`);
    if (!Number.isSafeInteger(places) || places < 1 || places > MOST_PLACES) {
      throw new HeadgateError("E_CONFIG", `pool "${name}" of ${where} has ${String(places)} places`, {
        where,
        hint: `write a whole number from 1 to ${MOST_PLACES}`,
      });
    }
  }
  if (config.notify !== undefined) readNotify(config.notify, `${where}, notify`);
  checkOptionNames(config.watchers ?? {}, ["enabled", "every"], `${where}, watchers`, "E_CONFIG");
  checkOptionNames(config.registry ?? {}, ["enabled"], `${where}, registry`, "E_CONFIG");
  checkOptionNames(config.openLineage ?? {}, ["url", "file", "namespace"], `${where}, openLineage`, "E_CONFIG");
  if (config.openLineage !== undefined && "url" in config.openLineage === "file" in config.openLineage) {
    throw new HeadgateError("E_CONFIG", `"openLineage" of ${where} needs "url" or "file", one of them`, {
      where,
      hint: 'write openLineage: { url: "http://127.0.0.1:5000" }, or { file: "lineage.jsonl" }',
    });
  }
  checkOptionNames(config.runtime ?? {}, ["versioning"], `${where}, runtime`, "E_CONFIG");
  checkOptionNames(config.api ?? {}, ["publicUrl", "temporalUi", "rate", "signInRate", "oidc"], `${where}, api`, "E_CONFIG");
  checkOptionNames(config.api?.oidc ?? {}, ["issuer", "clientId", "groupsClaim", "rights"], `${where}, api.oidc`, "E_CONFIG");
  if (config.watchers?.every !== undefined) {
    parseDuration(config.watchers.every, `${where}, watchers.every`);
  }
  return frozenJson(config, "E_CONFIG", where) as HeadgateConfig;
}
