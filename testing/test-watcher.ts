import type { WatcherDefinition } from "../core/definition.ts";
import { type MappedItems, mapItems } from "../watchers/map-items.ts";

/**
 * Runs what a watcher makes of items, without a source: the same mapping, ids, partitions and checks that it has in production.
 * An item that cannot become an event is in `poison` with the reason, one that `map` skipped is counted in `ignored`.
 *
 * @example
 * const { events, ignored, poison } = await testWatcher(arrivals).map([{ key: "date=2026-11-23/a.parquet", size: 3 }]);
 * expect(events).toMatchObject([{ asset: "s3://lake/raw/orders", partition: "2026-11-23", data: { size: 3 } }]);
 */
export function testWatcher(watcher: WatcherDefinition): { map(items: readonly unknown[]): Promise<MappedItems> } {
  return { map: (items) => mapItems(watcher, items) };
}
