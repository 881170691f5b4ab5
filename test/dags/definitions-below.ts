import { join } from "node:path";
import { definitionsOf } from "../../core/authoring/brand.ts";
import type { Definition } from "../../core/definition.ts";
import { findFiles } from "../../runtime/find-files.ts";

/** As `loadDefinitions` finds them, by the imports of this process: its own would make each file's assets anew under vitest. */
export async function definitionsBelow(root: string, globs: readonly string[]): Promise<readonly Definition[]> {
  const found = new Set<Definition>();
  for (const path of await findFiles(root, globs))
    for (const one of definitionsOf((await import(join(root, path))) as Readonly<Record<string, unknown>>, path)) found.add(one);
  return [...found];
}
