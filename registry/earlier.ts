import type { Catalog, CatalogAsset } from "../core/catalog.ts";
import { contentHash } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";

/** What earlier catalogues of a project left behind, as a catalogue that is kept and loaded like any other; undefined if that is nothing. */
export function earlierCatalog(of: Catalog, assets: readonly CatalogAsset[], dags: readonly HashedPlan[]): Catalog | undefined {
  if (assets.length === 0 && dags.length === 0) return undefined;
  const content = { project: of.project, taskQueue: of.taskQueue, assets, dags, watchers: [] };
  return { ...content, hash: contentHash(content as unknown as Json) };
}
