import { z } from "zod";
import { VIOLATIONS } from "../../core/contract.ts";
import { anySource, durationForm } from "./source-forms.ts";

/** What `assets.yaml` and `watchers.yaml` may hold. A name under `id` becomes a definition of the JSON Schema. */

const grain = z.enum(["minute", "hour", "day", "week", "month", "quarter", "year"]);
const text = z.string().min(1);

const partitions: z.ZodType = z
  .lazy(() => anyPartitions)
  .meta({ id: "partitions", description: "Which slices an asset has", examples: [{ grain: "day", tz: "UTC" }, { keys: ["eu", "us"] }] });
const anyPartitions = z.union([
  z.strictObject({ grain, tz: text.default("UTC"), start: text.optional(), end: text.optional() }),
  z.strictObject({ keys: z.array(text).min(1) }),
  z.strictObject({ dynamic: z.literal(true) }),
  z.strictObject({ product: z.array(partitions).min(2) }),
]);

const asset = z
  .strictObject({
    uri: text.describe("Its URI, also a template: s3://lake/a/date={ds}/"),
    partitions: partitions.optional(),
    schema: z.record(z.string(), z.unknown()).optional().describe("JSON Schema of the data of its events, checked on every path"),
    description: text.optional(),
    owner: text.optional().describe("Who answers for it"),
    tags: z.array(text).optional(),
    meta: z.record(z.string(), z.json()).optional(),
    groups: z
      .union([text, z.array(text)])
      .optional()
      .describe('Groups that conditions may name: group("sales")'),
    freshness: z
      .union([z.strictObject({ within: durationForm }), z.strictObject({ by: text, tz: text.optional(), within: durationForm.optional() })])
      .optional()
      .describe("How fresh it must be: never older than within, or updated by a cron deadline"),
    contract: z
      .union([text, z.strictObject({ file: text, object: text.optional(), onViolation: z.enum(VIOLATIONS).optional() })])
      .optional()
      .describe("Its data contract (ODCS): the path of the file, from the folder of the project on"),
  })
  .meta({ id: "asset" });

const path = text.describe("Dotted path into the item, as value.order.id");

const watcher = z
  .strictObject({
    id: text.describe("Kebab-case, unique in the project"),
    source: anySource,
    publishes: text.describe("URI of the asset that the items tell of"),
    every: durationForm.optional().describe("Time between two polls, for a source that polls; else the setting watchers.every"),
    startAt: z
      .union([z.enum(["now", "beginning"]), z.record(z.string(), z.json())])
      .optional()
      .describe("Where to begin without a position of its own: now takes what exists as known"),
    map: z
      .strictObject({
        data: z.record(z.string(), path).optional().describe("Fields of the event's data, each from a path of the item; without it the item is the data"),
        id: path.optional(),
        partition: path.optional(),
        time: path.optional(),
        only: z.record(z.string(), z.json()).optional().describe("Items of which these paths have these values; others are skipped"),
      })
      .optional(),
  })
  .meta({ id: "watcher" });

export const definitionsForm = z.strictObject({ assets: z.array(asset).optional(), watchers: z.array(watcher).optional() }).meta({
  title: "assets.yaml and watchers.yaml of Headgate",
  description: "Assets and watchers beside the DAG files; the same as asset(...) and watch(...).",
});

export type DefinitionsFile = z.infer<typeof definitionsForm>;
export type AssetForm = z.infer<typeof asset>;
export type WatcherForm = z.infer<typeof watcher>;

/** The JSON Schema of the files, draft 2020-12, for editors. */
export function definitionsSchema(): object {
  return z.toJSONSchema(definitionsForm, { io: "input" });
}
