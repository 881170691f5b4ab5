import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { builtCommand } from "../../support/built-command.ts";
import { FORMER_WORKFLOWS } from "./former.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export interface FormerPackage extends Disposable {
  /** The folder that a project has as `node_modules/headgate`. */
  readonly root: string;
  /** Its `headgate`, for node. */
  readonly command: string;
}

/**
 * The package as it is built, with the workflows of an earlier commit. Its activities are those of now: what a history holds is what the
 * workflows said.
 */
export function unpackFormer(): FormerPackage {
  const folder = mkdtempSync(join(tmpdir(), "headgate-former-"));
  cpSync(dirname(dirname(builtCommand)), join(folder, "dist"), { recursive: true });
  const workflows = gunzipSync(readFileSync(FORMER_WORKFLOWS));
  for (const bundle of ["bundle.cjs", "runs-bundle.cjs"]) writeFileSync(join(folder, "dist/workflows", bundle), workflows);
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return { root: folder, command: join(folder, "dist/cli/main.js"), [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
