import { z } from "zod";
import { duration, grain, name, oneOrMore, positive, timeZone } from "./words.ts";

const wait = z
  .union([
    z.enum(["all", "any"]),
    z.strictObject({
      atLeast: z
        .union([z.int(), z.string().regex(/^\d{1,3}(\.\d{1,3})?%$/)])
        .optional()
        .describe("A number of slices, all but that many if it is negative, or a share of them"),
      deadline: duration.optional().describe("After the end of the run's slice; then with what is there"),
    }),
  ])
  .meta({ id: "wait", description: "How many upstream slices must have been seen", examples: ["all", { atLeast: "90%" }, { deadline: "2h" }] });

const shift = z.int().min(-100_000).max(100_000);

/** How keys of the asset become keys of the DAG. */
export const mapping: z.ZodType = z
  .lazy(() => anyMapping)
  .meta({ id: "mapping", description: "How keys of the asset become keys of the DAG; without one they are the same" });
const anyMapping = z.union([
  z.strictObject({ map: z.literal("same") }),
  z.strictObject({ map: z.literal("rollup"), grain, tz: timeZone.optional(), wait: wait.optional() }),
  z.strictObject({
    map: z.literal("fanOut"),
    grain,
    tz: timeZone.optional(),
    direction: z.enum(["forward", "backward"]).optional(),
    max: positive.optional(),
  }),
  z.strictObject({ map: z.literal("offset"), by: shift }),
  z.strictObject({ map: z.literal("window"), from: shift, to: shift, wait: wait.optional() }),
  z.strictObject({ map: z.literal("static"), keys: z.record(z.string(), z.union([z.string(), z.array(name).min(1)])), wait: wait.optional() }),
  z.strictObject({ map: z.literal("latest") }),
  z.strictObject({ map: z.literal("all"), wait: wait.optional() }),
  z.strictObject({ map: z.literal("product"), of: z.array(mapping).min(1) }),
]);

/** Which slices an asset has. */
const partitions: z.ZodType = z
  .lazy(() => anyPartitions)
  .meta({ id: "partitions", description: "Which slices an asset has", examples: [{ grain: "day", tz: "UTC" }, { keys: ["eu", "us"] }] });
const anyPartitions = z.union([
  z.strictObject({ grain, tz: timeZone.optional(), start: name.optional(), end: name.optional() }),
  z.strictObject({ keys: z.array(name).min(1) }),
  z.strictObject({ dynamic: z.literal(true) }),
  z.strictObject({ product: z.array(partitions).min(2) }),
]);

export const asset: z.ZodType = z
  .strictObject({
    uri: name.describe("Its URI, also a template: s3://lake/a/date={ds}/"),
    group: oneOrMore(name).optional(),
    partitions: partitions.optional(),
    freshness: z
      .union([z.strictObject({ within: duration }), z.strictObject({ by: name, tz: timeZone.optional(), within: duration.optional() })])
      .optional()
      .describe("How fresh it must be: never older than within, or updated by a cron deadline"),
  })
  .meta({ id: "asset" });
