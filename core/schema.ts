import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { messageOf } from "./errors.ts";
import type { JsonObject } from "./json.ts";

/** `quarantine`: it is taken, and put aside for this reason, as a contract of the asset says. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly quarantine?: string }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/** What a schema of ours says beside the standard: why a value that it takes is to be put aside. */
export interface Quarantined {
  readonly quarantine?: string;
}

/** One thing that is wrong with a value: `{ path: "rows[2].size", message: "expected number" }`. The path of the value itself is `""`. */
export interface SchemaIssue {
  readonly path: string;
  readonly message: string;
}

/**
 * Checks a value against a Standard Schema (zod, valibot, arktype, ...). The answer comes at once if the library checks at once,
 * else as a promise: `await` fits both. A schema that throws instead of reporting gives an issue, too.
 */
export function validateWithSchema<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
): Checked<StandardSchemaV1.InferOutput<S>> | Promise<Checked<StandardSchemaV1.InferOutput<S>>> {
  type Output = StandardSchemaV1.InferOutput<S>;
  try {
    const result = schema["~standard"].validate(value);
    return result instanceof Promise ? result.then((settled) => toChecked<Output>(settled), threw) : toChecked<Output>(result);
  } catch (error) {
    return threw(error);
  }
}

/** The issues as one line: `rows: expected number; rows[2].size: required`. */
export function issuesText(issues: readonly SchemaIssue[]): string {
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
}

/** True for anything with the interface of a Standard Schema; libraries make them as objects and as functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || !("~standard" in value)) {
    return false;
  }
  const standard = value["~standard"];
  return typeof standard === "object" && standard !== null && "validate" in standard && typeof standard.validate === "function";
}

/**
 * The JSON Schema of what a schema accepts, if its library can give one (zod 4.2 and others do, through Standard JSON Schema);
 * `undefined` if it cannot, or not for this schema.
 */
export function jsonSchemaOf(schema: StandardSchemaV1): JsonObject | undefined {
  const standard = schema["~standard"] as StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props>;
  if (standard.jsonSchema === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(JSON.stringify(standard.jsonSchema.input({ target: "draft-2020-12" }))) as JsonObject;
  } catch {
    // The standard says that a converter throws for what JSON Schema cannot express, such as a transform. People then see none.
    return undefined;
  }
}

function toChecked<T>(result: StandardSchemaV1.Result<unknown>): Checked<T> {
  if (result.issues === undefined) {
    const { quarantine } = result as Quarantined;
    return { ok: true, value: result.value as T, ...(quarantine === undefined ? {} : { quarantine }) };
  }
  return { ok: false, issues: result.issues.map((issue) => ({ path: pathText(issue.path ?? []), message: issue.message })) };
}

function threw(error: unknown): { readonly ok: false; readonly issues: readonly SchemaIssue[] } {
  return { ok: false, issues: [{ path: "", message: `the schema itself threw: ${messageOf(error)}` }] };
}

function pathText(path: ReadonlyArray<PropertyKey | StandardSchemaV1.PathSegment>): string {
  let text = "";
  for (const segment of path) {
    const key = typeof segment === "object" ? segment.key : segment;
    text += typeof key === "number" ? `[${key}]` : text === "" ? String(key) : `.${String(key)}`;
  }
  return text;
}
