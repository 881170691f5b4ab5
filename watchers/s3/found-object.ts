/** An object, or one of its versions, as S3 tells of it: in a listing and when asked for it alone. */
export interface FoundObject {
  readonly key: string;
  /** In bytes; 0 for a deletion. */
  readonly size: number;
  /** Without quotes; empty for a deletion. */
  readonly etag: string;
  /** ISO 8601 in whole seconds: some stores are more exact in one answer than in the other, and nothing may come of that. */
  readonly modifiedAt: string;
  readonly storageClass: string;
  /** Only where versions are listed or notified of. */
  readonly versionId?: string;
  readonly deleted?: true;
}

/** What makes an overwritten object a new item. */
export type Updates = "content" | "write" | "versions";

/** One write of a key. Two writes of the same bytes within one second are not told apart where a bucket keeps no versions. */
export function writeOf(object: FoundObject): string {
  const seconds = Date.parse(object.modifiedAt) / 1000;
  return `${object.deleted === true ? "deleted" : object.etag}.${seconds}`;
}

/** What an item is called in its event's id. A null version can be overwritten, so its write is part of the name. */
export function versionOf(object: FoundObject, updates: Updates): string {
  if (updates !== "versions" || object.versionId === undefined) return writeOf(object);
  return object.versionId === "null" ? `null.${writeOf(object)}` : object.versionId;
}

/** What is kept as known: with `content`, the same bytes written again are no news. */
export function toSeen(object: FoundObject, updates: Updates): { readonly item: string; readonly version: string } {
  if (updates === "versions") return { item: `${object.key}@${versionOf(object, updates)}`, version: "seen" };
  if (object.deleted === true) return { item: object.key, version: "deleted" };
  return { item: object.key, version: updates === "content" ? object.etag : writeOf(object) };
}
