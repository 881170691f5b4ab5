import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { schemaType } from "../../scripts/api-types/schema-type.ts";
import { TYPE_FILES, typesOfApi } from "../../scripts/api-types/types-of-api.ts";

it.each(TYPE_FILES.map((file) => [file.pathname.split("/").slice(-3).join("/"), file] as const))("%s is what the API describes now", (_, file) => {
  expect(readFileSync(file, "utf8"), "run `npm run api:types`").toBe(typesOfApi());
});

describe("a schema becomes the type", () => {
  it.each([
    ["string", { type: "string", format: "date-time" }],
    ["number | null", { type: ["integer", "null"] }],
    ['"a" | "b"', { type: "string", enum: ["a", "b"] }],
    ["readonly Asset[]", { type: "array", items: { $ref: "#/components/schemas/Asset" } }],
    ["readonly (string | null)[]", { type: "array", items: { type: ["string", "null"] } }],
    ["Asset | null", { anyOf: [{ $ref: "#/components/schemas/Asset" }, { type: "null" }] }],
    ["readonly [string, number]", { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] }],
    ["Readonly<Record<string, unknown>>", { type: "object", additionalProperties: true }],
    ["Readonly<Record<string, number>>", { type: "object", additionalProperties: { type: "number" } }],
    ["unknown", {}],
    [
      '{\n  readonly id: string;\n  /** Why. */\n  readonly "a-b"?: boolean;\n}',
      { type: "object", required: ["id"], properties: { id: { type: "string" }, "a-b": { type: "boolean", description: "Why." } } },
    ],
  ])("%s", (type, schema) => {
    expect(schemaType(schema)).toBe(type);
  });

  it("but one that has none is an error", () => {
    expect(() => schemaType({ type: "file" })).toThrow(/"file"/);
  });
});
