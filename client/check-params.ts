import { z } from "zod";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";

/**
 * Refuses parameters before a run begins, by the JSON Schema that the plan has of them. The worker's own schema has the last word: it
 * may ask for more than JSON Schema can say. Throws `E_PARAMS`, with the schema.
 */
export function checkParams(dag: string, plan: HashedPlan | null, params: JsonObject): void {
  const schema = plan?.plan.params ?? null;
  const check = schema === null ? undefined : readerOf(schema);
  if (check === undefined) return;
  const checked = validateWithSchema(check, params);
  if (checked instanceof Promise || checked.ok) return;
  const { $schema: _, ...shown } = schema as JsonObject;
  throw new HeadgateError("E_PARAMS", `the parameters do not fit dag "${dag}": ${issuesText(checked.issues)}`, {
    where: "params",
    hint: `their schema is ${JSON.stringify(shown)}`,
  });
}

/** Undefined for a schema that uses what zod does not read. */
function readerOf(schema: unknown): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return undefined;
  }
}
