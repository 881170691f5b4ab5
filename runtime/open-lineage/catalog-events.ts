import type { Catalog } from "../../core/catalog.ts";
import { canonicalJson } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { edgesOf } from "../../store/catalog-edges.ts";
import { datasetName } from "./dataset-name.ts";
import { datasetFacets, PRODUCER, schemaUrl } from "./facets.ts";
import { jobFacets } from "./run-events.ts";

/** What a deploy brought: a dataset event for each asset, a job event for each DAG. Those that are as in `previous` are left out. */
export function catalogEvents(catalog: Catalog, previous: Catalog | undefined, at: number, namespace: string): readonly JsonObject[] {
  const eventTime = new Date(at).toISOString();
  const known = new Map(previous?.assets.map((asset) => [asset.uri, canonicalJson(asset as unknown as Json)]));
  const plans = new Set(previous?.dags.map(({ hash }) => hash));
  const edges = edgesOf(catalog);
  const datasets = catalog.assets
    .filter((asset) => known.get(asset.uri) !== canonicalJson(asset as unknown as Json))
    .map((asset) => ({
      ...{ eventTime, producer: PRODUCER, schemaURL: schemaUrl("DatasetEvent") },
      dataset: { ...datasetName(asset.uri), facets: datasetFacets(asset) },
    }));
  const named = (uris: readonly string[]): JsonObject[] => [...new Set(uris)].map((uri) => ({ ...datasetName(uri) }));
  const jobs = catalog.dags
    .filter(({ hash }) => !plans.has(hash))
    .map(({ plan }) => ({
      ...{ eventTime, producer: PRODUCER, schemaURL: schemaUrl("JobEvent") },
      job: { namespace, name: plan.dag, facets: jobFacets(plan) },
      inputs: named(edges.flatMap((edge) => (edge.fromKind === "asset" && edge.toKind === "dag" && edge.toId === plan.dag ? [edge.fromId] : []))),
      outputs: named(edges.flatMap((edge) => (edge.fromKind === "dag" && edge.fromId === plan.dag && edge.how === "outlet" ? [edge.toId] : []))),
    }));
  return [...datasets, ...jobs];
}
