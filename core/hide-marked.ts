import type { Json, JsonObject } from "./json.ts";

/** What stands in place of a value that is not for everybody's eyes. */
export const HIDDEN_VALUE = "***";

/** Names of fields that hold secrets, whoever wrote them; not `key`, which names rows as often. */
const SECRET_NAME = /passw|secret|token|api_?key|private_?key|credential/i;

/**
 * A value for people to look at. Hidden is what its JSON Schema marks as `writeOnly` or with the format `password`
 * (`z.string().meta({ writeOnly: true })`), and what is called like a secret; nothing is taken out, so its form is still seen.
 */
export function hideMarked(value: Json, schema?: Json): Json {
  if (Array.isArray(value)) return value.map((one) => hideMarked(one as Json, field(schema, "items")));
  if (typeof value !== "object" || value === null) return value;
  const properties = field(schema, "properties");
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, one]) => {
      const own = field(properties, name);
      const isMarked = field(own, "writeOnly") === true || field(own, "format") === "password" || SECRET_NAME.test(name);
      return [name, isMarked && one !== null ? HIDDEN_VALUE : hideMarked(one as Json, own)];
    }),
  );
}

function field(value: Json | undefined, name: string): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name) ? ((value as JsonObject)[name] as Json) : undefined;
}
