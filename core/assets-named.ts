import type { AssetDefinition, Definition, WatcherDefinition } from "./definition.ts";

/** All assets that a watcher publishes. First the one from which its source takes where to look. */
export function publishedBy({ publishes, alsoPublishes = [] }: Pick<WatcherDefinition, "publishes" | "alsoPublishes">): readonly AssetDefinition[] {
  return [publishes, ...alsoPublishes];
}

/** Every asset that a definition is or names. */
export function assetsNamedBy(definition: Definition): readonly AssetDefinition[] {
  if (definition.kind === "asset") return [definition];
  return definition.kind === "dag" ? [...definition.assets.values()] : publishedBy(definition);
}
