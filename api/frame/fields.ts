import { z } from "@hono/zod-openapi";
import type { Json, JsonObject } from "../../core/json.ts";
import { parseInstant } from "../../core/time/time.ts";

/** An instant in an answer: ISO 8601 in UTC, milliseconds included. */
export const instant = z.iso.datetime().openapi({ example: "2026-11-23T06:00:00.000Z" });

/** An instant in a query, in milliseconds since 1970 for the handler. */
export const instantQuery = z
  .string()
  .transform((text, context) => {
    const found = parseInstant(text);
    if (found === null) context.addIssue({ code: "custom", message: "an instant is ISO 8601 with a zone, like 2026-11-23T06:00:00Z" });
    return found ?? 0;
  })
  .openapi({ type: "string", format: "date-time", example: "2026-11-23T06:00:00Z" });

/** JSON of any content: what somebody else wrote. */
export const jsonObject: z.ZodType<JsonObject> = (z.record(z.string(), z.json()) as unknown as z.ZodType<JsonObject>).openapi({
  type: "object",
  additionalProperties: true,
});

/** JSON that need not be an object. */
export const anyJson = z.unknown().openapi({ description: "Any JSON." }) as unknown as z.ZodType<Json>;

/** Something of ours whose form the document leaves open. */
export function openObject<T extends object>(description: string) {
  return z.custom<T>((value) => typeof value === "object" && value !== null).openapi({ type: "object", description });
}

/** A named schema or null. `.nullable()` would make the component itself nullable. */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.null()]);
}
