import type { Any } from "./json-types.ts";

declare const URI: unique symbol;
declare const DATA: unique symbol;
declare const KEY: unique symbol;

/**
 * What a condition remembers of an asset in its type. The three fields exist for the compiler only. There are no methods in it,
 * so a union of many stays cheap; the literal URI keeps two assets without a schema apart; and the fields are required, because
 * optional ones put noise of `exactOptionalPropertyTypes` in front of the cause of an error.
 */
export interface Leaf<U extends string = string, D = Any, K = Any> {
  readonly [URI]: U;
  readonly [DATA]: D;
  readonly [KEY]: K;
}

export type AnyLeaf = Leaf<string, Any, Any>;

/** The leaf of an asset, without its methods. */
export type LeafOf<X> = X extends Leaf<infer U, infer D, infer K> ? Leaf<U, D, K> : never;

/** The schema's output of a leaf; `unknown` without a schema. */
export type DataOf<L> = L extends Leaf<string, infer D, Any> ? D : never;

/** The partition that an event of a leaf carries: any key or none if the asset is unpartitioned. */
export type PartitionOf<K> = [K] extends [never] ? string | null : K;
