import { z } from "@hono/zod-openapi";
import { VIOLATIONS } from "../../core/contract.ts";
import { instant, jsonObject, orNull } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";
import { PartitionDefinition } from "./partition-schemas.ts";

const within = z.union([z.string(), z.number()]).openapi({ description: "A duration like 26h, or milliseconds.", example: "26h" });
const FreshnessPolicy = z.union([z.object({ within }), z.object({ by: z.string(), tz: z.string().optional(), within: within.optional() })]);

export const AssetDefinition = z
  .object({
    uri: z.string(),
    template: z.string().optional().openapi({ description: "The URI as written, where it holds placeholders." }),
    partitions: PartitionDefinition.optional(),
    groups: z.array(z.string()).readonly().optional(),
    schema: z.boolean().openapi({ description: "Whether the data of its events is checked." }),
    jsonSchema: jsonObject.optional(),
    description: z.string().optional(),
    owner: z.string().optional(),
    tags: z.array(z.string()).readonly(),
    meta: jsonObject,
    freshness: FreshnessPolicy.optional(),
    contract: z
      .object({ file: z.string(), onViolation: z.enum(VIOLATIONS) })
      .optional()
      .openapi({ description: "Its data contract, by its file." }),
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

export const PartitionVersion = z
  .object({ partition: z.string().nullable(), version: z.int(), firstAt: instant, last: LastEvent })
  .openapi("PartitionVersion", { description: "How many events a partition had, and the last of them." });

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
