import type { Leaf, PartitionOf } from "../authoring/leaf.ts";
import type { ConsumedEvent } from "../event.ts";
import type { JsonObject } from "../json.ts";

type DataPart<D> = unknown extends D ? { readonly data?: JsonObject } : { readonly data: D };
type KeyPart<K> = [K] extends [never] ? { readonly partition?: never } : { readonly partition?: K };

/** What a task says about an outlet. */
export type Publication<A> =
  A extends Leaf<string, infer D, infer K>
    ? DataPart<D> &
        KeyPart<K> & {
          /** When it happened, ISO 8601 with a zone. @default when the task ends */
          readonly time?: string;
          /** Replaces what this task already published of the asset and partition, instead of adding a second event. @default false */
          readonly merge?: boolean;
        }
    : never;

/** What a watcher's `map` makes of one item. Identity, time and partition default to what the source says of the item. */
export type Observation<A> =
  A extends Leaf<string, infer D, infer K>
    ? DataPart<D> & KeyPart<K> & { readonly id?: string; readonly time?: string; readonly groups?: readonly string[] }
    : never;

/** An event of an asset as a task receives it. */
export type EventOf<A> = A extends Leaf<string, infer D, infer K> ? ConsumedEvent<unknown extends D ? JsonObject : D, PartitionOf<K>> : never;
