import { resolve } from "node:path";
import { type BuiltCatalog, buildCatalog } from "../core/authoring/catalog-build.ts";
import type { Definition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import { namesFor } from "../core/names.ts";
import type { Config } from "../runtime/config.ts";
import { type LoadedFile, loadDefinitions } from "../runtime/load-definitions.ts";

/** The project as its files say it, and everything that is wrong with it. */
export interface Project extends BuiltCatalog {
  readonly files: readonly LoadedFile[];
  readonly definitions: readonly Definition[];
}

/**
 * Loads the DAG files and puts the catalogue together. Never throws for what is wrong with the project: all of it is in `errors`.
 * `files` replaces the globs of the configuration.
 */
export async function loadProject({ root, settings }: Config, files?: readonly string[]): Promise<Project> {
  const loaded = await loadDefinitions({ root, globs: settings.dags, ...(files === undefined ? {} : { files: files.map((file) => resolve(file)) }) });
  const built = buildCatalog(settings.project, loaded.definitions, {
    taskQueue: namesFor(settings.environment).projectQueue(settings.project),
    every: settings.watchersEvery,
  });
  return {
    catalog: built.catalog,
    files: loaded.files,
    definitions: loaded.definitions,
    errors: [...loaded.errors, ...built.errors].map(
      (error) => new HeadgateError(error.code, error.message, { ...detailsOf(error), ...whereIn(loaded.files, error.where) }),
    ),
    warnings: built.warnings.map((warning) => ({ ...warning, ...whereIn(loaded.files, warning.where) })),
  };
}

function detailsOf({ hint, cause }: HeadgateError): { hint?: string; cause?: unknown } {
  return { ...(hint === undefined ? {} : { hint }), ...(cause === undefined ? {} : { cause }) };
}

/** `dag orders` becomes `dag orders (dags/orders.dag.ts)`: a person opens a file, not an id. */
function whereIn(files: readonly LoadedFile[], where: string | undefined): { where?: string } {
  if (where === undefined) return {};
  const [, kind, name] = /^(dag|watcher|asset) ([^\s,]+)/.exec(where) ?? [];
  const paths = files
    .filter((file) => file.definitions.some((one) => one.kind === kind && (one.kind === "asset" ? one.uri : one.id) === name))
    .map((file) => file.path);
  return { where: paths.length === 0 ? where : `${where} (${paths.join(", ")})` };
}
