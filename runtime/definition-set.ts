import type { StandardSchemaV1 } from "@standard-schema/spec";
import { publishedBy } from "../core/assets-named.ts";
import type { AssetDefinition, DagDefinition, Definition, WatcherDefinition } from "../core/definition.ts";
import { parseTemplate } from "../core/uri/template.ts";

/** The definitions of a worker's own files, found by what others know of them. */
export interface DefinitionSet {
  readonly all: readonly Definition[];
  dag(id: string): DagDefinition | undefined;
  dagByPlan(hash: string): DagDefinition | undefined;
  watcher(id: string): WatcherDefinition | undefined;
  readonly watchers: readonly WatcherDefinition[];
  /** By identity, by another spelling of it, or by a concrete URI of a templated asset. */
  schemaOf(uri: string): StandardSchemaV1 | undefined;
}

export function createDefinitionSet(all: readonly Definition[]): DefinitionSet {
  const dags = new Map<string, DagDefinition>();
  const plans = new Map<string, DagDefinition>();
  const watchers = new Map<string, WatcherDefinition>();
  const assets = new Map<string, AssetDefinition>();
  const addAsset = (asset: AssetDefinition): void => {
    if (!assets.has(asset.uri) || asset.schema) assets.set(asset.uri, asset);
  };
  for (const definition of all) {
    switch (definition.kind) {
      case "asset":
        addAsset(definition);
        break;
      case "dag":
        dags.set(definition.id, definition);
        plans.set(definition.plan.hash, definition);
        for (const asset of definition.assets.values()) addAsset(asset);
        break;
      case "watcher":
        watchers.set(definition.id, definition);
        for (const asset of publishedBy(definition)) addAsset(asset);
        break;
    }
  }
  const templates = [...assets.values()].flatMap((asset) =>
    asset.schema && asset.catalog.template ? [{ asset, template: parseTemplate(asset.catalog.template) }] : [],
  );

  return {
    all,
    dag: (id) => dags.get(id),
    dagByPlan: (hash) => plans.get(hash),
    watcher: (id) => watchers.get(id),
    watchers: [...watchers.values()],
    schemaOf: (uri) => (assets.get(uri) ?? templates.find(({ template }) => template.partitionOf(uri) !== undefined)?.asset)?.schema,
  };
}
