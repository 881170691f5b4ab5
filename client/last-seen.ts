import { takenLeaves } from "../core/conditions/condition-leaves.ts";
import type { Fate } from "../core/fact.ts";
import type { Plan } from "../core/plan.ts";
import type { Store } from "../store/index.ts";

/** The newest event of an asset, and what the DAG did with it. Instants are milliseconds since 1970. */
export interface LastSeen {
  readonly asset: string;
  readonly event: { readonly at: number; readonly id: string; readonly source: string; readonly partition: string | null; readonly run: string | null } | null;
  readonly fate: { readonly fate: Fate; readonly why: string | null; readonly run: string | null } | null;
}

/** Of each asset that a DAG's condition names: its newest event, and what the DAG did with it. */
export async function lastSeenBy(store: Pick<Store, "listVersions" | "ledgerOf">, { dag, on }: Pick<Plan, "dag" | "on">): Promise<readonly LastSeen[]> {
  const assets = on === null ? [] : [...new Set(takenLeaves(on).flatMap((leaf) => ("asset" in leaf ? [leaf.asset] : [])))];
  return await Promise.all(
    assets.map(async (asset): Promise<LastSeen> => {
      const [newest] = await store.listVersions(asset, { limit: 1 });
      if (newest === undefined) return { asset, event: null, fate: null };
      const fates = await store.ledgerOf({ id: newest.id, source: newest.source });
      const own = fates.find((entry) => entry.dag === dag && entry.seq === newest.seq);
      const { at, id, partition, run, source } = newest;
      return { asset, event: { at, id, partition, run, source }, fate: own === undefined ? null : { fate: own.fate, why: own.why, run: own.run } };
    }),
  );
}
