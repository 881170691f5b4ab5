import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SampleFile } from "./sample-files.ts";

/** Where the generator drops its files: a folder, or a bucket when the lake is in one. */
export interface Landing {
  /** The asset that the files make events of. */
  readonly asset: string;
  /** Where a person would put a file. */
  readonly place: string;
  drop(file: SampleFile): Promise<void>;
  /** Names of files that are there from earlier sessions. */
  names(): Promise<readonly string[]>;
  /** Removes what is there of a day. */
  clear(ds: string): Promise<void>;
  close(): void;
}

export function landingFolder(root: string): Landing {
  const place = "lake/landing";
  const folder = join(root, place);
  return {
    asset: "lake://landing/customers",
    place,
    /** As a careful sender does: under another name first, then renamed into place. */
    drop: async (file) => {
      const target = join(folder, file.path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(`${target}.tmp`, bodyOf(file));
      renameSync(`${target}.tmp`, target);
    },
    names: async () => (existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []),
    clear: async (ds) => rmSync(join(folder, ds), { recursive: true, force: true }),
    close: () => undefined,
  };
}

/** What a sample file holds. */
export function bodyOf(file: SampleFile): string {
  return `${file.lines.join("\n")}\n`;
}
