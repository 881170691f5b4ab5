import type { Catalog } from "../core/catalog.ts";
import type { ConditionNode } from "../core/condition.ts";
import { compilePattern } from "../core/conditions/pattern.ts";
import { type Assets, childrenOf, createAssets } from "./assets.ts";

/** A DAG that hears of an asset. */
export interface Listener {
  readonly dag: string;
  readonly project: string;
}

/** Which DAGs hear of an event, by what is deployed alone: the state of a registry is not needed. */
export interface Listeners {
  /** `uri` as an event names it; `groups` are those that the event itself names. Throws `E_ASSET_URI`. */
  of(uri: string, groups?: readonly string[]): readonly Listener[];
}

/**
 * The DAGs whose conditions name an asset, a group that it is in, or a pattern that it matches, anywhere: an event that holds a DAG back
 * (`unless`, `absent`) has an effect on it as well.
 */
export function listenersIn(catalogs: readonly Catalog[]): Listeners {
  const assets: Assets = createAssets(
    { projects: Object.fromEntries(catalogs.map((catalog) => [catalog.project, { catalog, revision: 0, hash: catalog.hash }])), members: {}, unknown: {} },
    () => null,
  );
  const byAsset = new Map<string, Set<Listener>>();
  const byGroup = new Map<string, Set<Listener>>();
  const byPattern: { readonly matches: (uri: string) => boolean; readonly listener: Listener }[] = [];
  const add = (to: Map<string, Set<Listener>>, key: string, listener: Listener): void => void to.set(key, (to.get(key) ?? new Set()).add(listener));

  function walk(node: ConditionNode, listener: Listener): void {
    if ("asset" in node) add(byAsset, assets.resolve(node.asset).asset, listener);
    else if ("group" in node) add(byGroup, node.group, listener);
    else if ("pattern" in node) byPattern.push({ matches: compilePattern(node.pattern), listener });
    for (const child of childrenOf(node)) walk(child, listener);
  }
  for (const { project, dags } of catalogs) for (const { plan } of dags) if (plan.on !== null) walk(plan.on, { dag: plan.dag, project });

  return {
    of: (uri, groups = []) => {
      const { asset } = assets.resolve(uri);
      const found = new Set(byAsset.get(asset));
      for (const group of new Set([...assets.groupsOf(asset), ...groups])) for (const listener of byGroup.get(group) ?? []) found.add(listener);
      for (const { matches, listener } of byPattern) if (matches(asset)) found.add(listener);
      return [...found];
    },
  };
}
