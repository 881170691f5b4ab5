import { z } from "zod";
import { node } from "./condition.ts";
import { duration, jsonObject, name, oneOrMore, outcome, positive, uri } from "./words.ts";

const outlet = z.union([uri, z.strictObject({ asset: uri, partition: name.nullable().optional(), data: jsonObject.optional() })]);

const run = z
  .strictObject({
    duration: z
      .union([duration, z.literal(0), z.null()])
      .optional()
      .describe("null is until finish; 0 if it is left out"),
    outcome: outcome.optional(),
    outlets: z.array(outlet).optional().describe("What it publishes if it succeeds; its own slice, unless an outlet says another"),
  })
  .meta({ id: "run" });

const concurrency = z.union([positive, z.strictObject({ total: positive.optional(), perKey: positive.optional() })]);
const whenFailed = z.union([z.enum(["hold", "return", "pause"]), z.strictObject({ return: positive }), z.strictObject({ pause: positive })]);

/** A DAG of a scenario: its condition, its policy, and what its runs do. */
export const dag: z.ZodType = z
  .strictObject({
    id: z.string().regex(/^[\w.-]{1,200}$/),
    on: node.nullable().optional().describe("Without it only people start the DAG"),
    mode: z.enum(["batch", "each", "latest"]).optional(),
    debounce: z.strictObject({ quiet: duration, max: duration }).optional(),
    batch: z.strictObject({ max: positive.optional(), wait: duration.optional() }).optional(),
    throttle: z.strictObject({ limit: positive, per: duration }).optional(),
    once: z.strictObject({ by: name, for: duration }).optional(),
    concurrency: concurrency.optional(),
    priority: z.int().optional(),
    whenPaused: z.enum(["hold", "drop", "latest"]).optional(),
    whenFailed: whenFailed.optional(),
    expireAfter: duration.optional(),
    maxPending: positive.optional(),
    startAt: z.union([z.literal("now"), z.strictObject({ since: duration })]).optional(),
    remember: duration.optional(),
    catchUp: z.union([z.boolean(), duration]).optional().describe("Of a DAG that only a clock starts: each missed tick gets its run"),
    paused: z.boolean().optional().describe("Paused from its first registration on"),
    cycle: z.boolean().optional().describe("Allows a cycle of assets and DAGs through it"),
    runs: oneOrMore(run).optional().describe("The n-th entry is for the n-th run, the last one for all later runs"),
  })
  .meta({ id: "dag" });
