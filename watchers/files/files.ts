import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Duration } from "../../core/condition.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { compilePathPattern } from "../path-pattern.ts";
import { rememberLast } from "../remember-last.ts";
import { isTemporary } from "../temporary-name.ts";
import { factsOf, identifyFile } from "./found-file.ts";
import { placeOf } from "./place.ts";
import { readFiles } from "./read-files.ts";
import type { FilesCursor } from "./stock.ts";

export interface FilesOptions {
  /**
   * The folder to watch, absolute or relative to the project's folder; placeholders such as `landing/{ds}` give the partition.
   * @default what the `file:` URI of the asset says
   */
  readonly path?: string;
  /** Which files, by their path below the folder: `*` within a name, `**` any. @default "**\/*" */
  readonly pattern?: string;
  /** How long a file must not change before it counts as complete. Files that are renamed into place need no wait. @default "200ms" */
  readonly settle?: Duration;
}

/** A complete file. An overwritten file is a new item: the same path with another version. */
export interface FileItem {
  /** Below the watched folder, with `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** ISO 8601 in UTC. */
  readonly modifiedAt: string;
  /** `file:` URI that opens the file. */
  readonly uri: string;
  /** Size and time of modification to the microsecond: `812:1732608000000.25`. */
  readonly version: string;
}

/**
 * Watches a local folder. New and overwritten files become items once they are complete; names that writers use while they
 * write (`.tmp`, `.part`, dot files, ...) and symbolic links are passed over. A removed file is no item.
 *
 * The operating system's hints make it quick, and a listing every `every` makes it sure. Its throws are `E_SOURCE` for a folder
 * that cannot be read and `E_CONFIG` for one that nothing names.
 *
 * @example
 * const landing = asset("file:///lake/landing/{ds}/", { partitions: daily() });
 * watch("landing", files({ pattern: "**\/*.csv" }), { publishes: landing });
 */
export function files(options: FilesOptions = {}): Source<FileItem, FilesCursor> {
  const settle = parseDuration(options.settle ?? "200ms", "files({ settle })");
  const matches = compilePathPattern(options.pattern ?? "**/*");
  const placeFor = rememberLast((asset: SourceAsset | undefined) => placeOf(options.path, asset, process.cwd()));

  return {
    kind: "files",
    describe: (asset) => placeFor(asset).uri,
    identify: (item, asset) => identifyFile(item, placeFor(asset).partitionOf(item.path)),
    read: (context) => {
      const place = placeFor(context.asset);
      return readFiles(
        {
          root: place.root,
          wanted: (path) => !isTemporary(path) && matches(path),
          settle,
          toItem: (file) => factsOf(file, pathToFileURL(join(place.root, file.path)).href),
        },
        context,
      );
    },
  };
}
