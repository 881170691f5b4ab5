import { HeadgateError } from "../../core/errors.ts";
import { contentHash } from "../../core/hash.ts";
import { isRecord, type Json } from "../../core/json.ts";
import { upgrade } from "../../registry/upgrade.ts";
import type { RegistryCarry } from "../../workflows/registry-carry.ts";

/** Everything that a closed registry carried, as a file. Plain JSON: nothing of it is code. */
export interface ExportFile {
  readonly format: "headgate-registry";
  readonly version: 1;
  /** Workflow id of the registry. */
  readonly registry: string;
  /** ISO 8601. */
  readonly exportedAt: string;
  /** Schema of the state, which an import upgrades. */
  readonly schema: number;
  /** Over `carry`: a file that was edited or cut off is refused. */
  readonly hash: string;
  readonly carry: RegistryCarry;
}

export function writeExport(registry: string, carry: RegistryCarry, now: number): ExportFile {
  return {
    ...{ format: "headgate-registry", version: 1, registry, exportedAt: new Date(now).toISOString(), schema: carry.state.schema },
    hash: hashOf(carry),
    carry,
  };
}

/** The text of an export as a registry of this release can be started with. Throws `E_STATE` and `E_STATE_NEWER`. */
export function readExport(text: string, where: string): ExportFile {
  const parsed = parse(text, where);
  if (!isRecord(parsed) || parsed.format !== "headgate-registry" || !isRecord(parsed.carry) || typeof parsed.registry !== "string")
    throw new HeadgateError("E_STATE", "this is no export of a registry", { where, hint: "`headgate registry export <file>` writes one" });
  if (parsed.version !== 1 || parsed.carry.version !== 1)
    throw new HeadgateError("E_STATE_NEWER", `the export has version ${String(parsed.version)}, and this release understands 1`, {
      where,
      hint: "import it with the release that wrote it, or a newer one",
    });
  const file = parsed as unknown as ExportFile;
  const hash = hashOf(file.carry);
  if (hash !== file.hash)
    throw new HeadgateError(
      "E_STATE",
      `the export was changed since it was written: its content has the hash ${hash.slice(0, 12)}, and it says ${String(file.hash).slice(0, 12)}`,
      {
        where,
        hint: "take the file as the export wrote it",
      },
    );
  // Refuses what this release cannot run, before anything is started.
  upgrade(file.carry.state);
  return file;
}

export function hashOf(carry: RegistryCarry): string {
  return contentHash(JSON.parse(JSON.stringify(carry)) as Json);
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HeadgateError("E_STATE", "the file is not JSON", { where, cause, hint: "take the file as the export wrote it, whole" });
  }
}
