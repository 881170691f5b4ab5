import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { HeadgateError } from "../core/errors.ts";

/** Reads files of a project: by a path from its folder on, or by a URL. Throws `E_SQL`, as only SQL tasks have files. */
export function projectFiles(root: string): (file: string | URL) => Promise<string> {
  return async (file) => {
    const path = typeof file === "string" ? resolve(root, file) : file;
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      const name = typeof file === "string" ? file : file.pathname;
      throw new HeadgateError("E_SQL", `the file ${name} could not be read`, {
        where: name,
        hint: 'a path begins in the folder of the project; beside the DAG it is new URL("load.sql", import.meta.url)',
        cause,
      });
    }
  };
}
