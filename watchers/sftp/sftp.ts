import type { Duration } from "../../core/condition.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { factsOf, identifyFile } from "../files/found-file.ts";
import { compilePathPattern } from "../path-pattern.ts";
import { rememberLast } from "../remember-last.ts";
import { isTemporary } from "../temporary-name.ts";
import { escapePath } from "../uri-path.ts";
import { placeOf } from "./place.ts";
import { readSftp, type SftpCursor } from "./read-sftp.ts";

export interface SftpOptions {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. @default the host of the asset's `sftp:` URI */
  readonly connection?: string;
  /**
   * The folder to watch: `/outbox`, or `outbox` in the folder of the login; placeholders such as `/outbox/{ds}` give the partition.
   * @default the path of the asset's `sftp:` URI, in which `/~/outbox` is in the folder of the login
   */
  readonly path?: string;
  /** Which files, by their path below the folder: `*` within a name, `**` any. @default "**\/*" */
  readonly pattern?: string;
  /** How long size and time of a file must stay as they are before it counts as complete. @default "5s" */
  readonly settle?: Duration;
}

/** A complete file. An overwritten file is a new item: the same path with another version. */
export interface SftpItem {
  /** Below the watched folder. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** ISO 8601 in UTC, to the second. What the server says: a client may have set it. */
  readonly modifiedAt: string;
  /** With the connection's name for the server: `sftp://partner/outbox/a.csv`. */
  readonly uri: string;
  /** Size and time of modification: `812:1732608000000`. */
  readonly version: string;
}

/**
 * Watches a folder of an SFTP server, with everything below it. New and overwritten files become items once they are complete; names that
 * writers use while they write (`.filepart`, `.tmp`, dot files, ...) and symbolic links are passed over. A removed file is no item.
 *
 * Throws `E_HOST_KEY` for a server whose key the connection does not know, `E_SOURCE` for one that does not answer or a folder that cannot be
 * read, `E_PACKAGE_MISSING` without ssh2.
 *
 * @example
 * const outbox = asset("sftp://partner/outbox/{ds}/", { partitions: daily() });
 * watch("partner-files", sftp({ pattern: "**\/*.csv" }), { publishes: outbox, every: "1m" });
 */
export function sftp(options: SftpOptions = {}): Source<SftpItem, SftpCursor> {
  const settle = parseDuration(options.settle ?? "5s", "sftp({ settle })");
  const matches = compilePathPattern(options.pattern ?? "**/*");
  const placeFor = rememberLast((asset: SourceAsset | undefined) => placeOf(options, asset));

  return {
    kind: "sftp",
    describe: (asset) => placeFor(asset).uri,
    identify: (item, asset) => identifyFile(item, placeFor(asset).partitionOf(item.path)),
    read: (context) => {
      const place = placeFor(context.asset);
      return readSftp(
        { place, wanted: (path) => !isTemporary(path) && matches(path), settle, toItem: (file) => factsOf(file, `${place.uri}/${escapePath(file.path)}`) },
        context,
      );
    },
  };
}
