import type { AssetEvent } from "./event.ts";

/**
 * What tells an event from all others of a registry, as one text: its source and id. An event that came without an id has one
 * that counts (`#7`) and depends on the order of acceptance: of those, what they say counts.
 */
export function eventIdentity({ source, id, asset, partition, data }: Pick<AssetEvent, "source" | "id" | "asset" | "partition" | "data">): string {
  return id.startsWith("#") ? JSON.stringify([source, asset, partition, data]) : JSON.stringify([source, id]);
}
