import type { Assets } from "./assets.ts";
import type { Leaf } from "./nodes/leaf.ts";
import type { Consumer, Subscription, Subscriptions } from "./registry.ts";

/** Answers are remembered by asset; past this many they are found anew. */
const REMEMBERED = 200_000;

const NOBODY: readonly Subscription[] = [];

/** Finds the leaves that listen to an asset: those that name it, and groups and patterns that it is a member of. */
export function createSubscriptions(consumers: Iterable<Consumer>, assets: Assets): Subscriptions {
  const byAsset = new Map<string, Subscription[]>();
  const byGroup = new Map<string, { consumer: Consumer; leaf: Leaf }[]>();
  const byPattern: { consumer: Consumer; leaf: Leaf; matches: (asset: string) => boolean }[] = [];
  const order = new Map<Consumer, number>();

  function add(list: Subscription[], consumer: Consumer, leaf: Leaf): void {
    const known = list.findIndex((one) => one.consumer === consumer);
    if (known < 0) list.push({ consumer, leaves: [leaf] });
    else list[known] = { consumer, leaves: [...(list[known]?.leaves ?? []), leaf] };
  }
  for (const consumer of consumers) {
    order.set(consumer, order.size);
    for (const leaf of consumer.condition?.leaves ?? []) {
      const { selects } = leaf;
      if (selects.kind === "asset") {
        const list = byAsset.get(selects.asset) ?? [];
        byAsset.set(selects.asset, list);
        add(list, consumer, leaf);
      } else if (selects.kind === "group") byGroup.set(selects.group, [...(byGroup.get(selects.group) ?? []), { consumer, leaf }]);
      else if (selects.kind === "pattern") byPattern.push({ consumer, leaf, matches: selects.matches });
    }
  }
  /** Nobody listens to groups or patterns: then only the name counts, and that list is in the order of the consumers already. */
  const byNameAlone = byGroup.size === 0 && byPattern.length === 0;
  const resolved = new Map<string, readonly Subscription[]>();

  function find(asset: string, groups: readonly string[]): readonly Subscription[] {
    if (groups.length === 0 && byPattern.length === 0) return byAsset.get(asset) ?? NOBODY;
    const found = [...(byAsset.get(asset) ?? [])];
    const met = new Set<Leaf>();
    for (const group of groups) {
      for (const { consumer, leaf } of byGroup.get(group) ?? []) {
        if (met.has(leaf)) continue;
        met.add(leaf);
        add(found, consumer, leaf);
      }
    }
    for (const { consumer, leaf, matches } of byPattern) if (matches(asset)) add(found, consumer, leaf);
    return found.sort((a, b) => (order.get(a.consumer) ?? 0) - (order.get(b.consumer) ?? 0));
  }
  return {
    of: (asset, groups) => {
      if (byNameAlone) return byAsset.get(asset) ?? NOBODY;
      if (groups !== undefined && groups.length > 0) return find(asset, [...new Set([...assets.groupsOf(asset), ...groups])]);
      let found = resolved.get(asset);
      if (found === undefined) {
        found = find(asset, assets.groupsOf(asset));
        if (resolved.size >= REMEMBERED) resolved.clear();
        resolved.set(asset, found);
      }
      return found;
    },
  };
}
