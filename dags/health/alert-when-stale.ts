import { type AnyAsset, absent, type Dag, dag } from "headgate";
import { alerts } from "./alerts.ts";

/**
 * Makes a DAG that tells the owner when an asset has not changed for as long as its `freshness` allows, and again each time that long.
 * It waits in the registry: no poll, no table of times, no task that sleeps.
 *
 * @example
 * export const watched = [orders, rates].map(alertWhenStale);
 */
export function alertWhenStale(asset: AnyAsset): Dag {
  const { uri, owner = "nobody", description = uri, freshness } = asset.catalog;
  if (freshness === undefined) throw new Error(`${uri} has no freshness: write freshness: { within: "26h" }`);
  return dag(`stale-${uri.replace(/[^a-z0-9]+/gi, "-").toLowerCase()}`, { on: absent(asset, { for: freshness.within }), tags: ["health"], owner }, (d) => {
    d.task("alert", {
      retries: 10,
      run: async (_, ctx) => {
        const notify = await ctx.connection(alerts());
        const text = `${description}: nothing came for ${freshness.within}. Owner: ${owner}. Why: headgate lineage ${uri} --up`;
        await notify({ title: `${uri} is stale`, text, fields: { asset: uri, owner, within: freshness.within, run: ctx.run.id } }, ctx.signal);
      },
    });
  });
}
