import type { WatcherDefinition } from "../core/definition.ts";
import { assetOf } from "./map-items.ts";

/** What a watcher's position belongs to: in another place it means nothing. */
export interface WatchedPlace {
  readonly id: string;
  /** The `source` of its events. */
  readonly source: string;
  readonly fingerprint: string;
}

/** Options that are not in it (pattern, interval, `map`) may change at any deploy; another place asks for an explicit position. */
export function watchedPlace(watcher: Pick<WatcherDefinition, "id" | "source" | "publishes">): WatchedPlace {
  const source = watcher.source.describe(assetOf(watcher));
  return { id: watcher.id, source, fingerprint: `${watcher.source.kind} ${source}` };
}
