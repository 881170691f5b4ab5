import { type AnyAsset, type Dag, dag, freshness } from "headgate";
import { alerts } from "./alerts.ts";

/**
 * Makes a DAG that tells the owner when an asset is not as fresh as its `freshness` says, once until it is fresh again. It waits in the
 * registry: no poll, no table of times, no task that sleeps. For alerts of all assets and no code, see `notify` in docs/alerts.md.
 *
 * @example
 * export const watched = [orders, rates].map(alertWhenStale);
 */
export function alertWhenStale(asset: AnyAsset): Dag {
  const { uri, owner = "nobody", description = uri } = asset.catalog;
  const changes = freshness(asset);
  return dag(`stale-${uri.replace(/[^a-z0-9]+/gi, "-").toLowerCase()}`, { on: changes.where({ state: "stale" }), tags: ["health"], owner }, (d) => {
    d.task("alert", {
      needs: { changes },
      retries: 10,
      run: async (needs, ctx) => {
        const notify = await ctx.connection(alerts());
        const { since = ctx.run.id, expected = null, updatedAt = null } = needs.changes.at(-1)?.data ?? {};
        const text = `${description}: stale since ${since}, must be ${expected}, last update ${updatedAt ?? "never"}. Owner: ${owner}. Why: headgate lineage ${uri} --up`;
        await notify({ title: `${uri} is stale`, text, fields: { asset: uri, owner, expected, run: ctx.run.id } }, ctx.signal);
      },
    });
  });
}
