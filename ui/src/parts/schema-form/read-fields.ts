import type { SchemaField } from "./fields-of.ts";

/** What was typed, as values, or what is wrong with it field by field. */
export type ReadFields =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

/** Makes values of the texts of a form. An empty field is left out, so that its default holds; whether the whole is right the API says. */
export function readFields(fields: readonly SchemaField[], texts: Readonly<Record<string, string>>): ReadFields {
  const value: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const text = (texts[field.name] ?? field.initial).trim();
    if (text === "") {
      if (field.isNeeded) errors[field.name] = "It is needed.";
      continue;
    }
    const read = readValue(field, text);
    if ("error" in read) errors[field.name] = read.error;
    else value[field.name] = read.value;
  }
  return Object.keys(errors).length === 0 ? { ok: true, value } : { ok: false, errors };
}

function readValue({ kind, options }: SchemaField, text: string): { readonly value: unknown } | { readonly error: string } {
  switch (kind) {
    case "text":
    case "date":
      return { value: text };
    case "number":
    case "whole": {
      const number = Number(text);
      if (!Number.isFinite(number)) return { error: "It is no number." };
      return kind === "whole" && !Number.isInteger(number) ? { error: "It is no whole number." } : { value: number };
    }
    case "boolean":
      return { value: text === "true" };
    case "choice":
      return { value: options.find((option) => optionText(option) === text) ?? text };
    case "json":
      return readJson(text);
  }
}

/** JSON as it was typed. */
export function readJson(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: `It is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export function optionText(option: unknown): string {
  return typeof option === "string" ? option : JSON.stringify(option);
}
