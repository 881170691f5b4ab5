import type { ListObjectsV2CommandOutput, ListObjectVersionsCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { type AwsAccess, s3Settings } from "../aws/connection.ts";
import { loadPackage } from "../optional-package.ts";
import type { FoundObject } from "./found-object.ts";

/** Where a listing goes on: behind this key, and with versions behind this version of it. */
export interface ListPosition {
  readonly key: string;
  readonly versionId?: string;
}

export interface Page {
  readonly objects: readonly FoundObject[];
  /** Absent on the last page. */
  readonly next?: ListPosition;
}

/** What the source needs of a bucket. */
export interface Bucket {
  /** At most 1,000 objects in the order of their keys; with `versions`, all versions and deletions, the newest of a key first. */
  list(prefix: string, options: { readonly after?: ListPosition | undefined; readonly versions?: boolean; readonly signal: AbortSignal }): Promise<Page>;
  /** One object as it is now; undefined if there is none. */
  look(key: string, options: { readonly versionId?: string | undefined; readonly signal: AbortSignal }): Promise<FoundObject | undefined>;
  /** The server's clock at its last answer, in milliseconds: what `modifiedAt` can be compared with. */
  clock(): number;
  close(): void;
}

/** Opens a bucket. Loads the SDK: throws `E_PACKAGE_MISSING`. */
export async function openBucket(name: string, access: AwsAccess): Promise<Bucket> {
  const sdk = await loadPackage("s3()", "@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
  const client: S3Client = new sdk.S3Client(s3Settings(access));
  let clock = Date.now();
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const date = (result.response as { headers?: Record<string, string> }).headers?.date;
      if (date !== undefined && !Number.isNaN(Date.parse(date))) clock = Date.parse(date);
      return result;
    },
    { step: "deserialize", name: "serverClock" },
  );

  return {
    list: async (prefix, { after, versions = false, signal }) => {
      // Keys may hold what XML cannot: they come percent-encoded.
      const query = { Bucket: name, Prefix: prefix, EncodingType: "url" } as const;
      try {
        if (!versions) return toPage(await client.send(new sdk.ListObjectsV2Command({ ...query, StartAfter: after?.key }), { abortSignal: signal }));
        const markers = after === undefined ? {} : { KeyMarker: after.key, VersionIdMarker: after.versionId };
        return toVersionPage(await client.send(new sdk.ListObjectVersionsCommand({ ...query, ...markers }), { abortSignal: signal }));
      } catch (error) {
        throw toSourceError(error, `the bucket ${name} cannot be listed`);
      }
    },
    look: async (key, { versionId, signal }) => {
      try {
        const found = await client.send(new sdk.HeadObjectCommand({ Bucket: name, Key: key, VersionId: versionId }), { abortSignal: signal });
        return {
          key,
          size: found.ContentLength ?? 0,
          etag: bare(found.ETag),
          modifiedAt: inSeconds(found.LastModified),
          storageClass: found.StorageClass ?? "STANDARD",
          ...(versionId === undefined ? {} : { versionId }),
        };
      } catch (error) {
        const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
        // 405: the version is a deletion.
        if (status === 404 || status === 405) return undefined;
        throw toSourceError(error, `the object ${key} of the bucket ${name} cannot be looked at`);
      }
    },
    clock: () => clock,
    close: () => client.destroy(),
  };
}

function toPage(output: ListObjectsV2CommandOutput): Page {
  const decode = decoderOf(output.EncodingType);
  const objects = (output.Contents ?? []).map((one) => ({
    key: decode(one.Key ?? ""),
    size: one.Size ?? 0,
    etag: bare(one.ETag),
    modifiedAt: inSeconds(one.LastModified),
    storageClass: one.StorageClass ?? "STANDARD",
  }));
  const last = objects.at(-1);
  return { objects, ...(output.IsTruncated === true && last !== undefined ? { next: { key: last.key } } : {}) };
}

function toVersionPage(output: ListObjectVersionsCommandOutput): Page {
  const decode = decoderOf(output.EncodingType);
  const versions = (output.Versions ?? []).map((one) => ({
    key: decode(one.Key ?? ""),
    size: one.Size ?? 0,
    etag: bare(one.ETag),
    modifiedAt: inSeconds(one.LastModified),
    storageClass: one.StorageClass ?? "STANDARD",
    versionId: one.VersionId ?? "null",
  }));
  const deletions = (output.DeleteMarkers ?? []).map((one) => ({
    key: decode(one.Key ?? ""),
    size: 0,
    etag: "",
    modifiedAt: inSeconds(one.LastModified),
    storageClass: "STANDARD",
    versionId: one.VersionId ?? "null",
    deleted: true as const,
  }));
  const { NextKeyMarker: key, NextVersionIdMarker: versionId } = output;
  const next = key === undefined ? undefined : { key: decode(key), ...(versionId === undefined ? {} : { versionId }) };
  return { objects: [...versions, ...deletions], ...(output.IsTruncated === true && next !== undefined ? { next } : {}) };
}

function decoderOf(encoding: string | undefined): (key: string) => string {
  return encoding === "url" ? (key) => decodeURIComponent(key.replaceAll("+", " ")) : (key) => key;
}

function bare(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}

function inSeconds(date: Date | undefined): string {
  return new Date(Math.floor((date?.getTime() ?? 0) / 1000) * 1000).toISOString().replace(".000", "");
}

/** What S3 refused, in words that say what to do about it. What is no answer of S3 stays as it is. */
function toSourceError(error: unknown, what: string): unknown {
  const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if ($metadata?.httpStatusCode === undefined) return error;
  const hint =
    name === "NoSuchBucket"
      ? "create the bucket, or correct its name"
      : $metadata.httpStatusCode === 403
        ? "give the connection's user s3:ListBucket and s3:GetObject on the bucket, and for versions s3:ListBucketVersions"
        : undefined;
  return new HeadgateError("E_SOURCE", `${what}: ${name} (${messageOf(error)})`, { cause: error, ...(hint === undefined ? {} : { hint }) });
}
