import { HeadgateError } from "../../core/errors.ts";
import type { SourceAsset } from "../../core/source.ts";
import { parseTemplate } from "../../core/uri/template.ts";
import { splitUri } from "../../core/uri/uri.ts";
import { cutAtPlaceholder, decodePath, escapePath } from "../uri-path.ts";

/** Where in S3 is looked, and how partitions are read from the keys. */
export interface S3Place {
  readonly bucket: string;
  /** `s3://lake/raw/orders`: the folder above the first placeholder. */
  readonly uri: string;
  /** What every key begins with, up to the first placeholder: `raw/orders/date=`. */
  readonly prefix: string;
  /** The key below the folder, or undefined if it lies outside of the place. */
  pathOf(key: string): string | undefined;
  partitionOf(key: string): string | undefined;
  /** The folder of a partition, with a slash at its end. Undefined if the place has no placeholders. */
  folderOf(partition: string): string | undefined;
}

export interface PlaceOptions {
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
}

/**
 * Bucket and prefix as the options say, else as the asset's `s3:` URI says. Placeholders of the prefix, else those of the asset,
 * give the partition. Throws `E_CONFIG` if neither says where.
 */
export function placeOf({ bucket, prefix }: PlaceOptions, asset: SourceAsset | undefined): S3Place {
  const { scheme, authority, path } = splitUri(asset?.template ?? asset?.uri ?? "none:asset");
  const ofAsset = scheme === "s3" && authority !== null ? { bucket: authority, path: path.replace(/^\//, "") } : undefined;
  const name = bucket ?? ofAsset?.bucket;
  if (name === undefined || name === "") {
    throw new HeadgateError(
      "E_CONFIG",
      `s3() does not know what to read: ${asset === undefined ? "it has no bucket" : `"${asset.uri}" is nothing in S3, and it has no bucket`}`,
      { hint: 'write s3({ bucket: "lake", prefix: "raw/orders/date={ds}/" }), or give the asset a URI as s3://lake/raw/orders/date={ds}/' },
    );
  }
  if (name.endsWith("--x-s3")) {
    throw new HeadgateError("E_CONFIG", `s3() cannot read ${name}: a directory bucket is not listed in the order of its keys`, {
      hint: "take a general purpose bucket, or read a queue of notifications with sqs()",
    });
  }
  const wanted = prefix ?? (bucket === undefined || bucket === ofAsset?.bucket ? ofAsset?.path : undefined) ?? "";
  const [literal, placeholders] = cutAtPlaceholder(wanted);
  const ownPlaceholders = prefix === undefined || placeholders !== "" ? placeholders : cutAtPlaceholder(ofAsset?.path ?? "")[1];
  const folder = decodePath(literal);
  const uri = `s3://${name}${folder === "" ? "" : `/${escapePath(folder)}`}`;
  const template = ownPlaceholders === "" ? undefined : parseTemplate(`${uri}/${ownPlaceholders}`, asset?.partitions);
  const below = folder === "" ? "" : `${folder}/`;
  const start = decodePath(ownPlaceholders.slice(0, Math.max(0, ownPlaceholders.indexOf("{"))));
  return {
    bucket: name,
    uri,
    // Without a placeholder the place is a folder, or one object of that very name.
    prefix: template === undefined ? folder : below + start,
    pathOf: (key) => {
      if (key.startsWith(below) && key.length > below.length) return key.slice(below.length);
      return key === folder && template === undefined ? key.slice(key.lastIndexOf("/") + 1) : undefined;
    },
    partitionOf: (key) => template?.partitionUnder(uriOf(name, key)),
    folderOf: (partition) => (template === undefined ? undefined : `${decodePath(splitUri(template.uriOf(partition)).path.slice(1))}/`),
  };
}

/** The URI of an object in the spelling of asset URIs. */
export function uriOf(bucket: string, key: string): string {
  return `s3://${bucket}/${escapePath(key)}`;
}
