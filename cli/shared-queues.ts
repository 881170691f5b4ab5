import type { BuildWarning } from "../core/authoring/warning.ts";
import type { Catalog } from "../core/catalog.ts";
import type { WatcherDefinition } from "../core/definition.ts";
import { sourceAssetOf } from "../core/source-asset.ts";
import { watchedPlace } from "../watchers/watched-place.ts";
import type { KnownPlaces } from "./moved-watchers.ts";

/**
 * Watchers whose queue a watcher of another project reads, as far as the store knows. Only a warning: queues have the names of connections in them, and two
 * projects may mean different servers by one name.
 */
export function sharedQueues(
  project: string,
  watchers: readonly WatcherDefinition[],
  known: { readonly places: KnownPlaces; readonly catalogs: readonly Catalog[] },
): readonly BuildWarning[] {
  const owners = new Map(known.catalogs.filter((one) => one.project !== project).flatMap((one) => one.watchers.map(({ id }) => [id, one.project] as const)));
  const readers = new Map(
    known.places.flatMap(({ fingerprint, watcher }) => (fingerprint === null || !owners.has(watcher) ? [] : [[fingerprint, watcher] as const])),
  );
  return watchers.flatMap((watcher): readonly BuildWarning[] => {
    const queue = watcher.source.takesFrom?.(sourceAssetOf(watcher.publishes));
    const other = queue === undefined ? undefined : readers.get(watchedPlace(watcher).fingerprint);
    if (queue === undefined || other === undefined) return [];
    return [
      {
        code: "W_QUEUE_SHARED",
        text: `watcher ${watcher.id} reads ${queue}, as does watcher ${other} of project ${owners.get(other)}: each message would reach only one of them`,
        hint: "give each a queue of its own, unless the connection is another server there",
        where: `watcher ${watcher.id}`,
      },
    ];
  });
}
