import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { checkId, suggestId } from "../../core/authoring/ids.ts";
import { HeadgateError } from "../../core/errors.ts";

/** What this package says of itself: a new project takes the versions that it is tested with. */
interface Manifest {
  readonly version: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

export interface NewProject {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

/** The name that the files of a template have for a project. */
const PLACEHOLDER = "my-project";

/** What a project may begin with, and the folders that hold it: a file of a later one replaces that of an earlier. */
const TEMPLATES = { files: ["template"], sql: ["template", "template-sql"] } as const;
export type TemplateName = keyof typeof TEMPLATES;
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as readonly TemplateName[];

/**
 * Writes a new project into `folder`, which is made if it is not there; its last part names the project. `source` is where npm finds
 * Headgate: a version, or the path of a packed one. Throws `E_FOLDER` for a folder that holds something, `E_ID` for a name that cannot be one.
 */
export function createProject(folder: string, template: TemplateName, source?: string): NewProject {
  const root = resolve(folder);
  const name = checkId("project", suggestId(basename(root)), `headgate init ${folder}`);
  checkEmpty(root);
  const require = createRequire(import.meta.url);
  const manifest = require("headgate/package.json") as Manifest;
  const init = join(dirname(require.resolve("headgate/package.json")), "cli/init");

  const contents = new Map([["package.json", packageJson(name, manifest, source === undefined ? manifest.version : specOf(source, root))]]);
  for (const part of TEMPLATES[template].map((one) => join(init, one))) {
    for (const path of filesBelow(part)) contents.set(shownName(path), readFileSync(join(part, path), "utf8").replaceAll(PLACEHOLDER, name));
  }
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    // Nothing that came there in the meantime is written over.
    writeFileSync(join(root, path), content, { flag: "wx" });
  }
  return { folder: root, name, files: [...contents.keys()].sort() };
}

function checkEmpty(root: string): void {
  const kind = statSync(root, { throwIfNoEntry: false });
  if (kind === undefined) return;
  const found = kind.isDirectory() ? readdirSync(root).filter((name) => name !== ".git") : [basename(root)];
  if (found.length === 0) return;
  throw new HeadgateError("E_FOLDER", `${root} ${kind.isDirectory() ? `is not empty: it holds ${found.slice(0, 3).join(", ")}` : "is a file"}`, {
    where: "headgate init",
    hint: "name a folder that does not exist yet, or an empty one",
  });
}

function packageJson(name: string, { version: _, engines, dependencies, devDependencies, allowScripts }: Manifest, headgate: string): string {
  const pinned = (names: readonly string[]): object => Object.fromEntries(names.map((one) => [one, dependencies[one] ?? devDependencies[one]]));
  const content = {
    ...{ name, version: "0.1.0", private: true, type: "module", engines },
    scripts: {
      ...{ dev: "headgate dev", check: "headgate check && tsc", test: "vitest run" },
      ...{ worker: "headgate worker", deploy: "headgate deploy" },
    },
    dependencies: { headgate, ...pinned(["zod"]) },
    devDependencies: pinned(["@types/node", "typescript", "vitest"]),
    // npm runs install scripts of these packages only.
    allowScripts: Object.fromEntries(Object.entries(allowScripts).filter(([, allowed]) => allowed)),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** A path as npm wants it, seen from the project; anything else as it is. */
function specOf(source: string, root: string): string {
  if (statSync(source, { throwIfNoEntry: false }) === undefined) return source;
  return `file:${relative(root, resolve(source)).split(sep).join("/")}`;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** npm leaves `.gitignore` out of a package, so names with a dot begin with `_` in the template. */
function shownName(path: string): string {
  return join(dirname(path), basename(path).replace(/^_/, "."));
}
