import type { AnyAsset } from "./authoring/asset.ts";
import { type AssetsByUri, type LeafCondition, leafParts } from "./authoring/condition-builder.ts";
import type { Any } from "./authoring/json-types.ts";
import type { Leaf } from "./authoring/leaf.ts";
import { HeadgateError } from "./errors.ts";
import type { FreshnessState } from "./freshness.ts";
import { normalizeUri, splitUri } from "./uri/uri.ts";

/** The data of the event that each change of an asset's freshness is. Instants are ISO 8601 in UTC. */
export interface FreshnessData {
  /** The asset that it is about. */
  readonly asset: string;
  readonly state: FreshnessState;
  /** What it was before. */
  readonly was: FreshnessState;
  /** The deadline that was missed, the update that came, or when somebody began to look. */
  readonly since: string;
  /** When the last event of the asset was accepted; null if none ever was. */
  readonly updatedAt: string | null;
  /** The policy as text; null if it was taken away. */
  readonly expected: string | null;
}

/** The freshness of an asset: a condition, and its events in `needs`. Not an outlet: Headgate publishes it. */
export interface FreshnessEvents<U extends string = string>
  extends Leaf<`freshness of ${U}`, FreshnessData, never>,
    LeafCondition<Leaf<`freshness of ${U}`, FreshnessData, never>> {
  readonly kind: "asset";
  readonly uri: string;
}

/** How the assets begin that say how fresh others are. */
export const FRESHNESS_PREFIX = "headgate://freshness/";

/**
 * The URI under which changes of an asset's freshness are events: its scheme, host and path as one path, so that patterns read like
 * those of the asset: `headgate://freshness/s3/lake/raw/*`. Without a host the scheme keeps its colon.
 *
 * @example
 * freshnessUri("s3://lake/raw/orders"); // "headgate://freshness/s3/lake/raw/orders"
 * freshnessUri("file:///landing"); // "headgate://freshness/file:/landing"
 */
export function freshnessUri(asset: string): string {
  const { scheme, authority, path, query } = splitUri(asset);
  const place = authority === null || authority === "" ? `${scheme}:${path}` : `${scheme}/${authority}${path}`;
  return normalizeUri(`${FRESHNESS_PREFIX}${place}${query === "" ? "" : `?${query}`}`);
}

/** The asset whose freshness changes are events of this URI; undefined for other URIs. `freshnessUri` backwards. */
export function assetOfFreshness(uri: string): string | undefined {
  if (!uri.startsWith(FRESHNESS_PREFIX)) return undefined;
  const place = uri.slice(FRESHNESS_PREFIX.length);
  try {
    return normalizeUri(/^[^/]*:/.test(place) ? place : place.replace("/", "://"));
  } catch {
    // Anybody may write such a URI by hand.
    return undefined;
  }
}

/**
 * Due when an asset became fresh, stale or unknown: `freshness(orders).where({ state: "stale" })`. The asset needs a `freshness`; one
 * of another project is named by its URI.
 */
export function freshness<const U extends string>(asset: Leaf<U, Any, Any> | U): FreshnessEvents<U> {
  const definition = typeof asset === "string" ? undefined : (asset as unknown as AnyAsset);
  if (definition !== undefined && definition.catalog?.freshness === undefined) {
    throw new HeadgateError("E_CONDITION", `${definition.uri ?? "this"} has no freshness, so nothing would ever come`, {
      where: "freshness(...)",
      hint: 'say in the asset how fresh it must be: freshness: { within: "26h" }',
    });
  }
  const uri = freshnessUri(definition?.uri ?? (asset as string));
  const assets: AssetsByUri = new Map(definition === undefined ? [] : [[definition.uri, definition]]);
  // The fields of `Leaf` are for the compiler only.
  return Object.freeze({ kind: "asset", uri, ...leafParts(Object.freeze({ asset: uri }), assets) }) as unknown as FreshnessEvents<U>;
}
