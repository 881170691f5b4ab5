import { z } from "@hono/zod-openapi";
import type { PartitionDefinition } from "../../core/condition.ts";
import { SLICE_STATUSES } from "../../core/partitions/slice-states.ts";
import { instant, jsonObject, openObject, orNull } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";

const within = z.union([z.string(), z.number()]).openapi({ description: "A duration like 26h, or milliseconds.", example: "26h" });
const FreshnessPolicy = z.union([z.object({ within }), z.object({ by: z.string(), tz: z.string().optional(), within: within.optional() })]);

export const AssetDefinition = z
  .object({
    uri: z.string(),
    template: z.string().optional().openapi({ description: "The URI as written, where it holds placeholders." }),
    partitions: openObject<PartitionDefinition>("How the asset is cut into partitions, as `headgate check --json` shows it.").optional(),
    groups: z.array(z.string()).readonly().optional(),
    schema: z.boolean().openapi({ description: "Whether the data of its events is checked." }),
    jsonSchema: jsonObject.optional(),
    description: z.string().optional(),
    owner: z.string().optional(),
    tags: z.array(z.string()).readonly(),
    meta: jsonObject,
    freshness: FreshnessPolicy.optional(),
  })
  .openapi("AssetDefinition");

export const LastEvent = z
  .object({
    source: z.string(),
    id: z.string(),
    at: instant.openapi({ description: "When the registry accepted it." }),
    time: instant.openapi({ description: "When it happened, as it says itself." }),
    partition: z.string().nullable(),
    run: z.string().nullable().openapi({ description: "The run that published it." }),
  })
  .openapi("LastEvent");

export const Freshness = z
  .object({
    state: z.enum(["fresh", "stale", "unknown"]),
    since: instant.nullable().openapi({ description: "The update that made it fresh, or the deadline that it missed." }),
    expected: z.string().openapi({ example: "within 26h" }),
    until: instant.nullable().openapi({ description: "When it becomes stale if no update comes; null unless it is fresh." }),
  })
  .openapi("Freshness");

export const Asset = z
  .object({
    asset: z.string().openapi({ example: "s3://lake/raw/orders" }),
    version: z.int().openapi({ description: "How many events it had; 0 before the first." }),
    partitions: z.int().openapi({ description: "How many of its partitions have an event." }),
    firstAt: instant.nullable(),
    last: orNull(LastEvent),
    freshness: orNull(Freshness).openapi({ description: "Null where it does not say how fresh it must be." }),
    definition: orNull(AssetDefinition).openapi({ description: "As it was last deployed; null where only events or conditions name it." }),
    project: z.string().nullable(),
    definitionVersion: z.int(),
    definitionHash: z.string().nullable(),
  })
  .openapi("Asset");

export const AssetEvent = LastEvent.extend({
  version: z.int().openapi({ description: "The version that it gave its partition." }),
  registry: z.string(),
  seq: z.int(),
  data: jsonObject,
}).openapi("AssetEvent");

export const AssetPage = pageOf(Asset, "AssetPage");
export const AssetEventPage = pageOf(AssetEvent, "AssetEventPage");

export const DefinitionVersion = z
  .object({
    version: z.int().openapi({ description: "1, 2, 3, ... for each that differs." }),
    hash: z.string(),
    project: z.string(),
    firstAt: instant.openapi({ description: "When it was deployed first." }),
    lastAt: instant,
    definition: AssetDefinition,
  })
  .openapi("DefinitionVersion");

export const DefinitionVersionPage = pageOf(DefinitionVersion, "DefinitionVersionPage");

const Slice = z
  .object({
    partition: z.string().nullable().openapi({ description: "Null for an asset without partitions: it has one slice." }),
    status: z.enum(SLICE_STATUSES).openapi({
      description:
        "present: made from what its upstream is now. stale: something upstream changed since. failed: the last run for it did not succeed. missing: its time is over and there is nothing. open: its time is not over yet.",
    }),
    version: z.int(),
    madeAt: instant.nullable(),
    run: z.string().nullable().openapi({ description: "The run that published it." }),
    why: z.string().nullable().openapi({ description: "What failed, or what changed." }),
  })
  .openapi("Slice");

export const Slices = z
  .object({
    asset: z.string(),
    definition: orNull(openObject<PartitionDefinition>("How the asset is cut into partitions.")),
    slices: z.array(Slice).openapi({ description: "In the order of the keys." }),
  })
  .openapi("Slices");
