import type { ItemIdentity } from "../../core/source.ts";

/** A file as a look at it found it. */
export interface FoundFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly size: number;
  /** Instants of the file system's clock, in milliseconds with fractions. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What tells two contents of one path apart: an overwritten file has another version. To the microsecond, since `double` holds no more. */
export function versionOf(file: FoundFile): string {
  return `${file.size}:${Math.round(file.mtimeMs * 1000) / 1000}`;
}

/** What an item says of its file, wherever it is; `uri` names it. */
export interface FileFacts {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: string;
  readonly uri: string;
  readonly version: string;
}

export function factsOf(file: FoundFile, uri: string): FileFacts {
  return { path: file.path, size: file.size, modifiedAt: new Date(file.mtimeMs).toISOString(), uri, version: versionOf(file) };
}

/** An overwritten file is a new item: the path with another version. */
export function identifyFile(item: Pick<FileFacts, "path" | "version" | "modifiedAt">, partition: string | undefined): ItemIdentity {
  return { id: `${item.path}@${item.version}`, time: item.modifiedAt, ...(partition === undefined ? {} : { partition }) };
}
