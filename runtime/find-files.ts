import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { compileGlob } from "../core/conditions/glob.ts";

/** Folders that never hold a project's own sources. */
const SKIPPED = new Set(["node_modules", "dist", "coverage"]);

/** The files below `root` that match one of the globs, as sorted paths with `/`, relative to `root`. Hidden folders and `node_modules` are passed over. */
export async function findFiles(root: string, globs: readonly string[]): Promise<readonly string[]> {
  const matchers = globs.flatMap((glob) => spellOut(glob.replace(/^\.\//, ""))).map(compileGlob);
  const found: string[] = [];
  async function walk(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !SKIPPED.has(entry.name)) await walk(path);
        continue;
      }
      const name = relative(root, path).split(sep).join("/");
      if (matchers.some((matches) => matches(name))) found.push(name);
    }
  }
  await walk(root);
  return found.sort();
}

/** In globs of files two stars and a slash also stand for no folder at all; in `compileGlob`, which is made for URIs, they are at least one. */
function spellOut(glob: string): readonly string[] {
  const at = glob.indexOf("**/");
  if (at < 0) return [glob];
  const rest = spellOut(glob.slice(at + 3));
  return rest.flatMap((end) => [`${glob.slice(0, at)}**/${end}`, glob.slice(0, at) + end]);
}
