import type { Duration } from "../condition.ts";
import type { AssetDefinition, WatcherDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { Source } from "../source.ts";
import type { Observation } from "../tasks/publication.ts";
import { parseDuration } from "../time/duration.ts";
import { branded, isAssetDefinition } from "./brand.ts";
import { checkId } from "./ids.ts";
import type { Any, Jsonify } from "./json-types.ts";
import type { AnyLeaf, DataOf } from "./leaf.ts";
import { checkOptionNames } from "./option-names.ts";

/** Milliseconds between two polls of a watcher that does not say, in a project that does not say either. */
export const DEFAULT_EVERY = 10_000;

export type Watcher = WatcherDefinition;

/** One asset, or several. */
export type Published = AnyLeaf | readonly [AnyLeaf, ...AnyLeaf[]];

interface CommonOptions<A, Cursor> {
  /**
   * The asset that the items tell of. Of several, the first is the one from which the source takes where to look, and each event that
   * `map` returns names its own: `{ asset: refunds, data }`. So one reader of a queue serves them all.
   */
  readonly publishes: A;
  /** Time between two polls, for a source that polls. @default the setting `watchers.every`, "10s" */
  readonly every?: Duration;
  /** Where to begin without a position of its own: `"now"` takes what exists as known. @default "now" */
  readonly startAt?: "now" | "beginning" | Cursor;
}
type Observed<A> = A extends readonly (infer One)[] ? (One extends AnyLeaf ? Observation<One> & { readonly asset: One } : never) : Observation<A>;
type MapItem<Item, A> = (item: Item) => Observed<A> | readonly Observed<A>[] | undefined;

/** Options of `watch`. `map` may be left out only where an item is already the data that the asset's schema asks for. */
export type WatchOptions<Item, A, Cursor> = CommonOptions<A, Cursor> &
  ([Jsonify<Item>] extends [DataOf<A>]
    ? {
        /** From an item to an event; `undefined` skips it, a list fans out. @default the item is the data */
        readonly map?: MapItem<Item, A>;
      }
    : {
        /** From an item to an event; `undefined` skips it, a list fans out. Needed: an item is not what the asset's schema asks for. */
        readonly map: MapItem<Item, A>;
      });

/**
 * Defines a watcher: it reads a source and publishes events of an asset. Throws `E_ID`, `E_DURATION`, `E_REFERENCE`, `E_OPTION`.
 *
 * @example
 * export const arrivals = watch("orders-arrive", files({ pattern: "*.csv" }), { publishes: raw, every: "2s" });
 */
export function watch<Item, Cursor, const A extends Published>(id: string, source: Source<Item, Cursor>, options: WatchOptions<Item, A, Cursor>): Watcher {
  const where = `watcher ${checkId("watcher", id, `watcher ${String(id)}`)}`;
  checkOptionNames(options, ["publishes", "every", "startAt", "map"], where);
  if (typeof source !== "object" || source === null || typeof source.read !== "function" || typeof source.kind !== "string") {
    throw new HeadgateError("E_REFERENCE", `${where} has no source`, {
      where,
      hint: "the second argument is what files(...), s3(...) or defineSource(...) returned",
    });
  }
  const [publishes, ...also] = publishedAssets(options.publishes, where);
  if (options.map !== undefined && typeof options.map !== "function") {
    throw new HeadgateError("E_OPTION", `"map" of ${where} is no function`, { where, hint: "write map: (item) => ({ data: { ... } })" });
  }
  if (also.length > 0 && options.map === undefined) {
    throw new HeadgateError("E_OPTION", `${where} publishes several assets and has no "map"`, {
      where,
      hint: "write map: (item) => ({ asset: ..., data: { ... } }), which says of which asset an item tells",
    });
  }
  const every = options.every === undefined ? undefined : parseDuration(options.every, `${where}, every`);
  if (every === 0) {
    throw new HeadgateError("E_DURATION", `${where} polls every 0 ms`, { where, hint: `give a time above 0, such as "2s"` });
  }
  return branded<WatcherDefinition>({
    kind: "watcher",
    id,
    // The runtime hands items and cursors only back to the source that made them.
    source: source as Source<Any, Any>,
    publishes,
    ...(also.length === 0 ? {} : { alsoPublishes: also }),
    ...(every === undefined ? {} : { every }),
    startAt: options.startAt ?? "now",
    ...(options.map === undefined ? {} : { map: options.map as NonNullable<WatcherDefinition["map"]> }),
  });
}

function publishedAssets(given: unknown, where: string): readonly [AssetDefinition, ...AssetDefinition[]] {
  const [first, ...also]: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (!isAssetDefinition(first) || !also.every(isAssetDefinition)) {
    throw new HeadgateError("E_REFERENCE", `"publishes" of ${where} is no asset`, { where, hint: "give what asset(...) returned, or a list of these" });
  }
  return [first, ...also];
}
