import type { Catalog, CatalogAsset } from "../../core/catalog.ts";
import type { ConditionNode } from "../../core/condition.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { Plan } from "../../core/plan.ts";
import type { Policy } from "../../core/policy.ts";
import { bringCatalogs, type CarriedState, carriedStateOf, emptyState, openRegistry, type ParkingLimits, type Registry, step } from "../../registry/index.ts";

export const NOW = Date.parse("2026-01-01T00:00:00Z");

export function catalogOf(
  dags: Readonly<Record<string, { readonly on: ConditionNode | null; readonly policy?: Policy; readonly outlets?: readonly string[] }>>,
  more: { readonly project?: string; readonly assets?: readonly CatalogAsset[] } = {},
): Catalog {
  const plans = Object.entries(dags).map(([dag, { on, policy = {}, outlets = [] }]) => {
    const plan: Plan = {
      version: 1,
      dag,
      tags: [],
      meta: {},
      on,
      policy,
      tasks: [],
      outlets: outlets.map((asset) => ({ asset, schema: false })),
      params: null,
    };
    return { hash: contentHash(plan as unknown as Json), plan };
  });
  const { project = "test", assets = [] } = more;
  const body = { project, taskQueue: `queue-${project}`, assets, dags: plans, watchers: [] };
  return { ...body, hash: contentHash(body as unknown as Json) };
}

/** A registry with these DAGs deployed. */
export function deployed(...catalogs: readonly Catalog[]): Registry {
  return deployedOn(openRegistry(emptyState("e1")), ...catalogs);
}

export function deployedOn(registry: Registry, ...catalogs: readonly Catalog[]): Registry {
  for (const catalog of catalogs) {
    const { registered } = step(registry, [{ kind: "register", project: catalog.project, revision: 1, catalog }], NOW);
    const [reply] = registered;
    if (reply?.ok !== true) throw new Error(`refused: ${JSON.stringify(reply)}`);
  }
  return registry;
}

/** The registry as the next run of its workflow opens it: what is carried went through JSON, and the catalogues came by their hash. */
export function continuedAsNew(registry: Registry, parking?: ParkingLimits): Registry {
  const carried = JSON.parse(JSON.stringify(carriedStateOf(registry, () => true))) as CarriedState;
  const kept = Object.values(registry.state.projects).flatMap(({ catalog, earlier }) => (earlier === undefined ? [catalog] : [catalog, earlier]));
  return openRegistry(bringCatalogs(carried, new Map(kept.map((catalog) => [catalog.hash, catalog]))), parking);
}

/** An event of `s3://lake/a`. */
export function a(id: string, more: object = {}): object {
  return { asset: "s3://lake/a", source: "x", id, ...more };
}
