import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { importFresh, nextLoad } from "./import-fresh.ts";

/** What `headgate.config.ts` may hold; `defineConfig` types it for authors. */
const schema = z
  .strictObject({
    project: z.string(),
    dags: z.union([z.string(), z.array(z.string())]),
    /** By name: the environment variable that holds the URI. */
    connections: z.record(z.string(), z.string()),
    pools: z.record(z.string(), z.number()),
    /** Read by `readNotify`. */
    notify: z.unknown(),
    store: z.union([z.string(), z.strictObject({ url: z.string() })]),
    watchers: z.strictObject({ enabled: z.boolean(), every: z.union([z.string(), z.number()]) }).partial(),
    runtime: z.strictObject({ versioning: z.enum(["off", "pinned"]) }).partial(),
    openLineage: z.strictObject({ url: z.string(), file: z.string(), namespace: z.string() }).partial(),
    registry: z.strictObject({ enabled: z.boolean() }).partial(),
    api: z
      .strictObject({
        publicUrl: z.string(),
        temporalUi: z.string(),
        rate: z.strictObject({ burst: z.number(), perSecond: z.number() }),
        signInRate: z.strictObject({ burst: z.number(), perSecond: z.number() }),
        oidc: z
          .strictObject({ issuer: z.string(), clientId: z.string(), groupsClaim: z.string(), rights: z.record(z.string(), z.array(z.string())) })
          .partial(),
      })
      .partial(),
  })
  .partial();

export type ConfigFile = z.infer<typeof schema>;

export interface LoadedConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly content: ConfigFile;
}

/** Names of the config file, in the order in which they are looked for. */
export const CONFIG_FILE_NAMES: readonly string[] = ["headgate.config.ts", "headgate.config.mts", "headgate.config.js", "headgate.config.mjs"];

/** The config file in `folder` or the nearest folder above it; `explicit` (of `--config`) must exist. Throws `E_CONFIG`. */
export async function loadConfigFile(folder: string, explicit?: string): Promise<LoadedConfigFile | undefined> {
  const path = explicit === undefined ? findUpwards(resolve(folder)) : resolve(folder, explicit);
  if (path === undefined) return undefined;
  if (!existsSync(path))
    throw new HeadgateError("E_CONFIG", `the config file ${path} does not exist`, {
      where: "--config",
      hint: "correct the path, or create the file with `export default defineConfig({ ... })`",
    });
  const name = path.slice(dirname(path).length + 1);
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await importFresh(path, nextLoad());
  } catch (cause) {
    throw new HeadgateError("E_CONFIG", `${path} could not be loaded: ${messageOf(cause)}`, {
      where: path,
      hint: "correct the file; `headgate check` loads it without starting anything",
      cause,
    });
  }
  if (loaded.default === undefined)
    throw new HeadgateError("E_CONFIG", `${path} has no default export`, { where: path, hint: "write `export default defineConfig({ ... })`" });
  const result = schema.safeParse(loaded.default);
  if (!result.success)
    throw new HeadgateError("E_CONFIG", `${path} is wrong: ${z.prettifyError(result.error).replaceAll("\n", " ")}`, {
      where: path,
      hint: `allowed are ${Object.keys(schema.shape).join(", ")}`,
      cause: result.error,
    });
  return { path, name, content: result.data };
}

function findUpwards(folder: string): string | undefined {
  for (const name of CONFIG_FILE_NAMES) if (existsSync(join(folder, name))) return join(folder, name);
  const parent = dirname(folder);
  // A package is one project: what lies above its package.json is somebody else's.
  return parent === folder || isPackage(folder) ? undefined : findUpwards(parent);
}

function isPackage(folder: string): boolean {
  try {
    return readFileSync(join(folder, "package.json"), "utf8") !== "";
  } catch {
    return false;
  }
}
