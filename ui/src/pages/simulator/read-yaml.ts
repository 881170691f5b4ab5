import { parse } from "yaml";

/** A scenario or condition as it was typed: YAML, of which JSON is a part. An instant stays the text that it is. */
export function readYaml(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: parse(text, { schema: "core" }) as unknown };
  } catch (error) {
    return { error: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
  }
}
