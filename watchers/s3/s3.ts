import type { Duration } from "../../core/condition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { compilePathPattern } from "../path-pattern.ts";
import { rememberLast } from "../remember-last.ts";
import { countWaiting } from "../sqs/queue.ts";
import { describeQueue } from "../sqs/sqs.ts";
import { isTemporary } from "../temporary-name.ts";
import { type FoundObject, type Updates, versionOf } from "./found-object.ts";
import { placeOf, type S3Place, uriOf } from "./place.ts";
import { openNotifications, readS3 } from "./read-s3.ts";
import { recentFolders } from "./recent.ts";
import type { S3Cursor } from "./stock.ts";

export interface S3Options {
  /** Name of the connection, `HEADGATE_CONN_<NAME>`. @default AWS, with the credentials that the SDK finds by itself */
  readonly connection?: string;
  /** @default the bucket of the asset's `s3:` URI */
  readonly bucket?: string;
  /** Folder in the bucket; placeholders such as `raw/{ds}/` give the partition. @default the path of the asset's URI */
  readonly prefix?: string;
  /** Which objects, by their key below the folder: `*` within a name, `**` any. @default "**\/*" */
  readonly pattern?: string;
  /**
   * When an overwritten object is a new item: `"content"` if its ETag is another one, `"write"` also if the same bytes were written
   * again, `"versions"` each version of a bucket that keeps versions. @default "content"
   */
  readonly updates?: Updates;
  /** Deletions are items, too. Needs `updates: "versions"` or `notifications`: a plain listing does not show what is gone. @default false */
  readonly deletions?: boolean;
  /** Lists only the folders of so many newest partitions at each poll, and everything every `fullScan`. Needs an asset with partitions of time. */
  readonly recent?: number;
  /**
   * A queue of SQS that the bucket's notifications go to, from S3 itself, through SNS or EventBridge: news come at once, and
   * everything is listed every `fullScan` for what was never notified of. Each watcher needs a queue of its own.
   */
  readonly notifications?: { /** Name or URL. */ readonly queue: string /** @default that of the bucket */; readonly connection?: string };
  /** Time between two listings of everything where `recent` or `notifications` find what is new. @default "1h" */
  readonly fullScan?: Duration;
}

/** An object of a bucket. An overwritten one is a new item: the same key with another version. */
export interface S3Item {
  readonly bucket: string;
  readonly key: string;
  /** Below the watched folder. */
  readonly path: string;
  /** In bytes; 0 for a deletion. */
  readonly size: number;
  /** ISO 8601 in whole seconds. Of an object that was uploaded in parts, when the upload began. */
  readonly modifiedAt: string;
  readonly etag: string;
  readonly storageClass: string;
  /** Only with `updates: "versions"`. */
  readonly versionId?: string;
  /** Only with `deletions`. */
  readonly deleted?: true;
  /** `s3://bucket/key` */
  readonly uri: string;
  /** What tells this item from others of the key. */
  readonly version: string;
}

/**
 * Watches a bucket by listing it, and by its notifications where a queue of them is named: what is known is kept by key and version, not by time, so a late or equal time of modification
 * loses nothing. Keys that end in `/`, temporary names (`.tmp`, `_temporary/`, dot names) are passed over.
 *
 * Its throws are `E_SOURCE` for a bucket that cannot be read, `E_CONFIG` for one that nothing names, `E_PACKAGE_MISSING` without
 * `@aws-sdk/client-s3`.
 *
 * @example
 * const raw = asset("s3://lake/raw/orders/date={ds}/", { partitions: daily() });
 * watch("orders-arrive", s3({ connection: "lake", pattern: "**\/*.parquet" }), { publishes: raw });
 */
export function s3(options: S3Options = {}): Source<S3Item, S3Cursor> {
  const { updates = "content", deletions = false, connection, recent, notifications } = options;
  if (deletions && updates !== "versions" && notifications === undefined) {
    throw new HeadgateError("E_OPTION", 's3({ deletions: true }) needs updates: "versions" or notifications', {
      hint: 'let the bucket keep versions and write updates: "versions", or name a queue of notifications; a plain listing does not show what is gone',
    });
  }
  if (recent !== undefined && !(Number.isInteger(recent) && recent > 0)) {
    throw new HeadgateError("E_OPTION", `recent of s3() is ${recent}`, { hint: "give a number of partitions, such as recent: 3" });
  }
  const fullScan = parseDuration(options.fullScan ?? "1h", "s3({ fullScan })");
  const matches = compilePathPattern(options.pattern ?? "**/*");
  const placeFor = rememberLast((asset: SourceAsset | undefined) => placeOf(options, asset));

  return {
    kind: "s3",
    describe: (asset) => placeFor(asset).uri,
    ...(notifications === undefined ? {} : takesNotifications(notifications.queue, notifications.connection ?? connection)),
    identify: (item, asset) => {
      const partition = placeFor(asset).partitionOf(item.key);
      return { id: `${item.path}@${item.version}`, time: item.modifiedAt, ...(partition === undefined ? {} : { partition }) };
    },
    read: (context) => {
      const place = placeFor(context.asset);
      return readS3(
        {
          place,
          ...(connection === undefined ? {} : { connection }),
          updates,
          wanted: (object) => isWanted(place, matches, object, deletions),
          toItem: (object) => toItem(place, object, updates),
          ...(recent === undefined && notifications === undefined ? {} : { fullScan }),
          ...(recent === undefined ? {} : { recent: (now) => recentFolders(place, context.asset, recent, now) }),
          ...(notifications === undefined ? {} : { notifications }),
        },
        context,
      );
    },
  };
}

/** Reading takes notifications away, so another reader can only count them. */
function takesNotifications(queue: string, connection: string | undefined): Pick<Source, "takesFrom" | "waiting"> {
  return {
    takesFrom: () => describeQueue(queue, connection),
    waiting: async (context) => countWaiting(await openNotifications(queue, connection, context), context.signal),
  };
}

function isWanted(place: S3Place, matches: (path: string) => boolean, object: FoundObject, deletions: boolean): boolean {
  if (object.deleted === true && !deletions) return false;
  // Consoles make a "folder" of an empty object.
  if (object.key.endsWith("/")) return false;
  const path = place.pathOf(object.key);
  return path !== undefined && matches(path) && !isTemporary(path) && !/(?:^|\/)_temporary\//.test(path);
}

function toItem(place: S3Place, object: FoundObject, updates: Updates): S3Item {
  return {
    bucket: place.bucket,
    ...object,
    path: place.pathOf(object.key) ?? object.key,
    uri: uriOf(place.bucket, object.key),
    version: versionOf(object, updates),
  };
}
