import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, contentHash } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";

describe("canonicalJson", () => {
  it.each([
    [{ b: 1, a: [2, { d: null, c: true }] }, '{"a":[2,{"c":true,"d":null}],"b":1}'],
    ['a\n"é', '"a\\n\\"é"'],
    [1e21, "1e+21"],
    [-0, "0"],
    [{}, "{}"],
    [[], "[]"],
  ] as [Json, string][])("%j", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it("leaves out fields that are undefined", () => {
    expect(canonicalJson({ a: undefined, b: 1 } as unknown as Json)).toBe('{"b":1}');
  });

  it("does not depend on the order of keys, and is the same JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value as Json);
        expect(canonicalJson(reversed(value as Json))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("contentHash", () => {
  it("is the SHA-256 of the canonical JSON in UTF-8", () => {
    const value = { name: "größe 😀", rows: 3 };
    expect(contentHash(value)).toBe(createHash("sha256").update(canonicalJson(value), "utf8").digest("hex"));
    expect(contentHash(value)).toMatch(/^[0-9a-f]{64}$/);
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => reversed(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item as Json)]),
  );
}
