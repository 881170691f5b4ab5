import { z } from "zod";

/** What the other forms are made of. A name under `id` becomes a definition of the JSON Schema. */

export const duration: z.ZodType = z
  .string()
  .regex(/^\d{1,16}(\.\d{1,9})?(ms|s|m|h|d)$/)
  .meta({ id: "duration", description: "A number and its unit: ms, s, m, h or d", examples: ["90s", "15m", "2h", "7d"] });

export const instant: z.ZodType = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d(:?\d\d)?)$/i)
  .meta({ id: "instant", description: "ISO 8601 with a zone", examples: ["2026-01-01T00:00:00Z", "2026-01-01T09:00:00+01:00"] });

export const uri: z.ZodType = z
  .string()
  .min(1)
  .meta({ id: "uri", description: "URI of an asset; two spellings of one URI are one asset", examples: ["s3://lake/a", "postgres://warehouse/clean/orders"] });

export const timeZone: z.ZodType = z
  .string()
  .min(1)
  .meta({ id: "timeZone", description: "Name of a time zone", examples: ["UTC", "Europe/London"] });

export const grain: z.ZodType = z.enum(["minute", "hour", "day", "week", "month", "quarter", "year"]).meta({ id: "grain" });

export const name: z.ZodType = z.string().min(1);

/** A whole number from 1 on. */
export const positive: z.ZodType = z.int().min(1);

export const outcome: z.ZodType = z.enum(["succeeded", "failed", "cancelled"]).meta({ id: "outcome", description: "How a run ends; only succeeded publishes" });

export const jsonObject: z.ZodType = z.record(z.string(), z.unknown());

/** One of a thing, or a list of at least one. */
export function oneOrMore(item: z.ZodType): z.ZodType {
  return z.union([item, z.array(item).min(1)]);
}
