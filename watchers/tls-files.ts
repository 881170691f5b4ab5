import { readFileSync } from "node:fs";
import { messageOf } from "../core/errors.ts";

/** What `ca`, `cert` and `key` of a connection's URI name: files in PEM. `fail` makes the error for one that cannot be read. */
export function readTlsFiles(options: URLSearchParams, fail: (why: string) => Error): { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer } {
  const files: Record<string, Buffer> = {};
  for (const option of TLS_OPTIONS) {
    const path = options.get(option);
    if (path === null) continue;
    try {
      files[option] = readFileSync(path);
    } catch (error) {
      throw fail(`the file of ${option} cannot be read: ${messageOf(error)}`);
    }
  }
  return files;
}

export const TLS_OPTIONS: readonly string[] = ["ca", "cert", "key"];
