import type { Definition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import { readScript } from "../core/sql/sql-script.ts";
import { projectFiles } from "./project-files.ts";

/** What is wrong with the files that SQL tasks name: a deploy says so, and not the first run. */
export async function checkScripts(
  root: string,
  loaded: readonly { readonly path: string; readonly definitions: readonly Definition[] }[],
): Promise<HeadgateError[]> {
  const readText = projectFiles(root);
  const errors: HeadgateError[] = [];
  for (const { path, definitions } of loaded) {
    for (const definition of definitions) {
      if (definition.kind !== "dag") continue;
      for (const [task, { file }] of definition.scripts ?? []) {
        if (file === undefined) continue;
        const where = `${path}, dag ${definition.id}, task ${task}, ${typeof file === "string" ? file : file.pathname}`;
        try {
          readScript(await readText(file), where);
        } catch (error) {
          if (!HeadgateError.is(error)) throw error;
          errors.push(
            new HeadgateError(error.code, error.message, {
              where: error.where?.startsWith(where) === true ? error.where : where,
              cause: error,
              ...(error.hint === undefined ? {} : { hint: error.hint }),
            }),
          );
        }
      }
    }
  }
  return errors;
}
