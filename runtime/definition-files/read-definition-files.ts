import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AssetDefinition, Definition } from "../../core/definition.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { type DefinitionFile, readDefinitionFile } from "./definition-file.ts";

export interface ReadDefinitionFiles {
  readonly files: readonly { readonly path: string; readonly definitions: readonly Definition[] }[];
  /** Each with file and line. */
  readonly errors: readonly HeadgateError[];
}

/** Reads files of YAML, by their paths below `root`. Their watchers may publish assets of any of them, and those of the code. */
export async function readDefinitionFiles(root: string, paths: readonly string[], ofCode: readonly AssetDefinition[]): Promise<ReadDefinitionFiles> {
  const errors: HeadgateError[] = [];
  const read: { readonly path: string; readonly file: DefinitionFile }[] = [];
  for (const path of paths) {
    try {
      read.push({ path, file: readDefinitionFile(path, readFileSync(join(root, path), "utf8")) });
    } catch (cause) {
      errors.push(new HeadgateError("E_DAG_FILE", `${path} cannot be read: ${messageOf(cause)}`, { where: path, hint: "correct the path", cause }));
    }
  }
  const assets = [...read.flatMap(({ file }) => file.assets), ...ofCode];
  const files: { path: string; definitions: readonly Definition[] }[] = [];
  for (const { path, file } of read) {
    const watchers = await file.watchers(assets);
    files.push({ path, definitions: [...file.assets, ...watchers.definitions] });
    errors.push(...file.errors, ...watchers.errors);
  }
  return { files, errors };
}
