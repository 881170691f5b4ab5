import { HeadgateError } from "../../core/errors.ts";

/** The part of JSON Schema that our documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const PLAIN: Readonly<Record<string, string>> = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };

/** A schema as a type of TypeScript. Throws `E_SCHEMA` for one that has no type here. */
export function schemaType(schema: Schema, indent = ""): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "unknown";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return union(either.map((one) => schemaType(one, indent)));
  if (schema.allOf !== undefined) return [...new Set(schema.allOf.map((one) => schemaType(one, indent)))].join(" & ");
  if (typeof schema.type === "object") return union(schema.type.map((type) => schemaType({ ...schema, type }, indent)));
  if (schema.type === undefined) return "unknown";
  if (schema.type === "array") return schema.items === undefined ? tuple(schema, indent) : `readonly ${grouped(schemaType(schema.items, indent))}[]`;
  if (schema.type === "object") return objectType(schema, indent);
  const plain = PLAIN[schema.type];
  if (plain === undefined) throw new HeadgateError("E_SCHEMA", `the type "${schema.type}" has no form in TypeScript here`, { hint: "add it to PLAIN" });
  return plain;
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const names = Object.keys(properties);
  if (names.length === 0) {
    const values = typeof additionalProperties === "object" ? schemaType(additionalProperties, indent) : "unknown";
    return additionalProperties === false ? "Readonly<Record<never, never>>" : `Readonly<Record<string, ${values}>>`;
  }
  const inner = `${indent}  `;
  const lines = names.flatMap((name) => {
    const field = properties[name] as Schema;
    const key = /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name);
    return [...docLines(field.description, inner), `${inner}readonly ${key}${required.includes(name) ? "" : "?"}: ${schemaType(field, inner)};`];
  });
  return ["{", ...lines, `${indent}}`].join("\n");
}

/** A docblock over what follows; nothing without a text. */
export function docLines(text: string | undefined, indent = ""): readonly string[] {
  return text === undefined ? [] : [`${indent}/** ${text.replaceAll("*/", "* /")} */`];
}

function tuple({ prefixItems = [] }: Schema, indent: string): string {
  return prefixItems.length === 0 ? "readonly unknown[]" : `readonly [${prefixItems.map((one) => schemaType(one, indent)).join(", ")}]`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}

function grouped(type: string): string {
  return type.includes(" | ") || type.includes(" & ") || type.startsWith("readonly ") ? `(${type})` : type;
}
