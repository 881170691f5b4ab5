import type { Schema, Type, types } from "avsc";
import type { Json } from "../../core/json.ts";
import { loadPackage } from "../optional-package.ts";

export type AvroReader = (bytes: Buffer) => Json;

/**
 * Makes a reader of Avro's binary encoding of a schema; `named` are the schemas that it refers to, those that need no other first. Items are JSON:
 * bytes become base64, a union the value of its branch, a long beyond 2^53 text, and logical types the number or bytes that they are made of.
 * Throws what `avsc` throws for a schema that is none; the reader, for bytes that do not fit.
 */
export async function createAvroReader(schema: string, named: readonly string[] = []): Promise<AvroReader> {
  const avsc = await loadPackage("kafka(), for values in Avro,", "avsc", async () => (await import("avsc")).default);
  const registry: Record<string, Type> = { long: exactLong(avsc.types) };
  const options = { registry, wrapUnions: true } as const;
  for (const one of named) avsc.Type.forSchema(JSON.parse(one) as Schema, options);
  const type = avsc.Type.forSchema(JSON.parse(schema) as Schema, options);
  return (bytes) => toJson(type.fromBuffer(bytes) as unknown);
}

/** Numbers where they are exact, else their digits. */
function exactLong({ LongType }: typeof types): Type {
  return LongType.__with({
    fromBuffer: (bytes: Buffer) => {
      const exact = bytes.readBigInt64LE();
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString();
    },
    toBuffer: (value: number | string) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(value));
      return bytes;
    },
    fromJSON: (value: unknown) => value,
    toJSON: (value: unknown) => value,
    isValid: (value: unknown) => typeof value === "number" || typeof value === "string",
    compare: (a: number | string, b: number | string) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0),
  });
}

function toJson(value: unknown): Json {
  if (Buffer.isBuffer(value)) return value.toString("base64");
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== "object" || value === null) return value as Json;
  // A branch of a union: avsc wraps it, so that no two branches are taken for each other.
  const { unwrap } = value as { readonly unwrap?: unknown };
  if (typeof unwrap === "function") return toJson((unwrap as () => unknown).call(value));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toJson(field)]));
}
