import type { Duration } from "./condition.ts";
import { parseDuration } from "./duration.ts";
import { HeadgateError } from "./errors.ts";
import { frozenJson } from "./freeze.ts";
import { checkId } from "./ids.ts";
import { checkOptionNames } from "./option-names.ts";

/** The one config file, `headgate.config.ts`. A flag wins over the environment, the environment over the file, the file over the default. */
export interface HeadgateConfig {
  /** Names this project among those on one registry. @default "headgate" */
  readonly project?: string;
  /** Files with definitions, as globs from the config file. @default ["dags/**\/*.ts"] */
  readonly dags?: readonly string[];
  /** URIs by name. A password belongs into the environment instead: `HEADGATE_CONN_<NAME>` wins over this. */
  readonly connections?: { readonly [name: string]: string };
  /** Postgres. */
  readonly store?: { readonly url?: string };
  readonly watchers?: {
    /** @default true */
    readonly enabled?: boolean;
    /** For watchers that do not say. @default "10s" */
    readonly every?: Duration;
  };
  readonly registry?: {
    /** Whether workers of this project run the registry. @default true */
    readonly enabled?: boolean;
    /** Whose raw signals are taken. @default "all" */
    readonly rawSignals?: "all" | "known-assets" | "off";
    /** How many runs may lie between an event and the outside world. @default 32 */
    readonly maxHops?: number;
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
  checkOptionNames(config, ["project", "dags", "connections", "store", "watchers", "registry"], where, "E_CONFIG");
  if (config.project !== undefined) {
    checkId("project", config.project, where);
  }
  if (config.dags !== undefined && !(Array.isArray(config.dags) && config.dags.every((glob) => typeof glob === "string" && glob !== ""))) {
    throw new HeadgateError("E_CONFIG", `"dags" of ${where} is no list of globs`, { where, hint: `write dags: ["dags/**/*.ts"]` });
  }
  for (const [name, uri] of Object.entries(config.connections ?? {})) {
    if (!/^[a-z][a-z0-9-]*$/.test(name) || typeof uri !== "string") {
      throw new HeadgateError("E_CONFIG", `connection "${name}" of ${where} is no URI under a kebab-case name`, {
        where,
        hint: `write connections: { lake: "s3://lake" }`,
      });
    }
  }
  checkOptionNames(config.store ?? {}, ["url"], `${where}, store`, "E_CONFIG");
  checkOptionNames(config.watchers ?? {}, ["enabled", "every"], `${where}, watchers`, "E_CONFIG");
  checkOptionNames(config.registry ?? {}, ["enabled", "rawSignals", "maxHops"], `${where}, registry`, "E_CONFIG");
  if (config.watchers?.every !== undefined) {
    parseDuration(config.watchers.every, `${where}, watchers.every`);
  }
  const { rawSignals, maxHops } = config.registry ?? {};
  if (rawSignals !== undefined && !["all", "known-assets", "off"].includes(rawSignals)) {
    throw new HeadgateError("E_CONFIG", `registry.rawSignals of ${where} is ${JSON.stringify(rawSignals)}`, {
      where,
      hint: `it is one of "all", "known-assets", "off"`,
    });
  }
  if (maxHops !== undefined && !(Number.isSafeInteger(maxHops) && maxHops >= 1)) {
    throw new HeadgateError("E_CONFIG", `registry.maxHops of ${where} is ${JSON.stringify(maxHops)}`, { where, hint: "give a whole number from 1 on" });
  }
  return frozenJson(config, "E_CONFIG", where) as HeadgateConfig;
}
