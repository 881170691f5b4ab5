import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { assetsNamedBy } from "../core/assets-named.ts";
import { definitionsOf } from "../core/authoring/brand.ts";
import type { Definition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import { checkScripts } from "./check-scripts.ts";
import { bindContracts } from "./contracts/bind-contracts.ts";
import { readDefinitionFiles } from "./definition-files/read-definition-files.ts";
import { findFiles } from "./find-files.ts";
import { importFresh, nextLoad } from "./import-fresh.ts";
import { loadError } from "./load-error.ts";

export interface LoadOptions {
  /** Absolute: what the globs are relative to. */
  readonly root: string;
  readonly globs: readonly string[];
  /** Loads these files instead of those that match the globs; relative to the working directory. */
  readonly files?: readonly string[];
}

export interface LoadedFile {
  /** Relative to the root. */
  readonly path: string;
  readonly definitions: readonly Definition[];
}

export interface LoadedDefinitions {
  /** Those that could be loaded. */
  readonly files: readonly LoadedFile[];
  /** What they export, each once. */
  readonly definitions: readonly Definition[];
  /** One `E_DAG_FILE` or `E_PACKAGE_COPY` for each file that could not; the others are there all the same. */
  readonly errors: readonly HeadgateError[];
}

/** Beside code, in every folder that the globs look into. */
const DEFINITION_FILES = ["assets.yaml", "watchers.yaml"];

/**
 * Imports the DAG files of a project as they are on disk now, with the project's own modules that they import, and collects the
 * assets, DAGs and watchers that they export; and reads `assets.yaml` and `watchers.yaml` beside them. Packages are not read again.
 */
export async function loadDefinitions({ root, globs, files }: LoadOptions): Promise<LoadedDefinitions> {
  const given = files?.map((file) => relative(root, resolve(file)));
  const paths = given?.filter((path) => !isYaml(path)) ?? (await findFiles(root, globs)).filter(isDagFile);
  const yamlPaths = given?.filter(isYaml) ?? (await findFiles(root, globs.flatMap(besideCode)));
  const load = nextLoad();
  const loaded: LoadedFile[] = [];
  const errors: HeadgateError[] = [];
  if (paths.length + yamlPaths.length === 0) {
    errors.push(
      new HeadgateError("E_DAG_FILE", `no file below ${root} matches ${globs.map((glob) => `"${glob}"`).join(", ")}`, {
        where: "dags",
        hint: "set `dags` in headgate.config.ts",
      }),
    );
  }
  // One after the other: a file that throws must not leave others half loaded.
  for (const path of paths) {
    const absolute = resolve(root, path);
    try {
      assertModule(absolute);
      loaded.push({ path, definitions: definitionsOf(await importFresh(absolute, load), path) });
    } catch (cause) {
      errors.push(HeadgateError.is(cause) && (cause.code === "E_PACKAGE_COPY" || cause.code === "E_DAG_FILE") ? cause : loadError(path, cause));
    }
  }
  const read = await readDefinitionFiles(root, yamlPaths, loaded.flatMap((file) => file.definitions).flatMap(assetsNamedBy));
  loaded.push(...read.files);
  errors.push(...read.errors);
  errors.push(...(await checkScripts(root, loaded)));
  errors.push(
    ...(await bindContracts(
      root,
      loaded.flatMap((file) => file.definitions),
    )),
  );
  return { files: loaded, definitions: [...new Set(loaded.flatMap((file) => file.definitions))], errors };
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** `dags/**\/*.ts` looks into the folders in which `dags/**\/assets.yaml` does. */
function besideCode(glob: string): readonly string[] {
  const folder = glob.slice(0, glob.lastIndexOf("/") + 1);
  return DEFINITION_FILES.map((name) => folder + name);
}

/** Tests and declarations lie beside DAG files, and are none. */
function isDagFile(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && !/\.(test|spec|test-d)\.[cm]?[jt]sx?$/.test(path);
}

/** A CommonJS file would load a second copy of Headgate, and Node would never read it again after a save. */
function assertModule(file: string): void {
  if (!existsSync(file)) throw new HeadgateError("E_DAG_FILE", `${file} does not exist`, { where: file, hint: "correct the path" });
  const extension = extname(file);
  if (extension === ".mts" || extension === ".mjs") return;
  const manifest = nearestManifest(dirname(file));
  if (extension === ".cts" || extension === ".cjs" || manifest?.type !== "module") {
    throw new HeadgateError("E_DAG_FILE", `${file} is a CommonJS module, and DAG files are ES modules`, {
      where: manifest?.path ?? file,
      hint:
        manifest === undefined
          ? 'add a package.json with `"type": "module"`, or name the file .mts'
          : `add \`"type": "module"\` to ${manifest.path}, or name the file .mts`,
    });
  }
}

function nearestManifest(folder: string): { readonly path: string; readonly type: string | undefined } | undefined {
  const path = join(folder, "package.json");
  if (existsSync(path)) return { path, type: (JSON.parse(readFileSync(path, "utf8")) as { type?: string }).type };
  return dirname(folder) === folder ? undefined : nearestManifest(dirname(folder));
}
