import type { AssetDefinition } from "./definition.ts";
import type { SourceAsset } from "./source.ts";

/** An asset as the source of a watcher is given it. */
export function sourceAssetOf({ catalog: { uri, template, partitions } }: AssetDefinition): SourceAsset {
  return { uri, ...(template === undefined ? {} : { template }), ...(partitions === undefined ? {} : { partitions }) };
}
