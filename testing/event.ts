import type { Leaf } from "../core/authoring/leaf.ts";
import type { AssetDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { checkKey } from "../core/partitions/partition-key.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";
import { parseInstant } from "../core/time/time.ts";

type DataOfAsset<A> = A extends Leaf<string, infer D, infer _> ? (unknown extends D ? JsonObject : D) : never;
type KeyOfAsset<A> = A extends Leaf<string, infer _, infer K> ? ([K] extends [never] ? string | null : K) : never;

/** An event as a test hands it to a run. */
export interface TestEvent {
  readonly asset: string;
  readonly data: JsonObject;
  readonly partition?: string | null;
  readonly id?: string;
  readonly source?: string;
  /** ISO 8601 with a zone. */
  readonly time?: string;
}

/**
 * Makes an event of an asset, checked as the registry would check it. Without a partition it has that of the run.
 * Throws `E_EVENT_DATA`, `E_EVENT_PARTITION`, `E_EVENT`.
 *
 * @example
 * event(raw, { key: "a.parquet", size: 3 }, { partition: "2026-11-23" });
 */
export function event<A extends Leaf>(
  asset: A,
  data: DataOfAsset<A>,
  more: { readonly partition?: KeyOfAsset<A>; readonly id?: string; readonly source?: string; readonly time?: string } = {},
): TestEvent {
  // What Headgate itself publishes (ends of runs, freshness) is in no catalogue.
  const { uri, schema, catalog } = asset as unknown as Pick<AssetDefinition, "uri" | "schema"> & Partial<Pick<AssetDefinition, "catalog">>;
  const where = `event of ${uri}`;
  if (schema !== undefined) {
    const checked = validateWithSchema(schema, data);
    if (!(checked instanceof Promise) && !checked.ok)
      throw new HeadgateError("E_EVENT_DATA", `the data breaks the schema: ${issuesText(checked.issues)}`, { where });
  }
  const { partition } = more as { readonly partition?: string | null };
  if (catalog?.partitions !== undefined && typeof partition === "string") {
    const why = checkKey(catalog.partitions, partition);
    if (why !== null) throw new HeadgateError("E_EVENT_PARTITION", `the partition ${JSON.stringify(partition)} does not fit: ${why}`, { where });
  }
  if (more.time !== undefined && parseInstant(more.time) === null) {
    throw new HeadgateError("E_EVENT", `the time ${JSON.stringify(more.time)} is no instant`, {
      where,
      hint: "write ISO 8601 with a zone: 2026-11-23T10:00:00Z",
    });
  }
  return { ...(more as Omit<TestEvent, "asset" | "data">), asset: uri, data: data as JsonObject };
}
