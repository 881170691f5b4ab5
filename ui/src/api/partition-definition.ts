/** How an asset is cut into partitions; the document leaves its form open. */
export type PartitionDefinition =
  | { readonly grain: string; readonly tz?: string; readonly start?: string; readonly end?: string }
  | { readonly keys: readonly string[] }
  | { readonly dynamic: true }
  | { readonly product: readonly PartitionDefinition[] };
