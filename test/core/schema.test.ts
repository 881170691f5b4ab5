import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isStandardSchema, issuesText, jsonSchemaOf, validateWithSchema } from "../../core/schema.ts";

/** A schema of a library of our own, which may answer late or throw. */
function schemaOf(validate: StandardSchemaV1.Props["validate"]): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "own", validate } };
}

describe("checking a value", () => {
  it("gives the completed value at once if the library does", () => {
    expect(validateWithSchema(z.object({ rows: z.number(), unit: z.string().default("t") }), { rows: 1, more: true })).toEqual({
      ok: true,
      value: { rows: 1, unit: "t" },
    });
  });

  it("gives every issue with its path", () => {
    const result = validateWithSchema(z.object({ rows: z.array(z.object({ size: z.number() })), name: z.string() }), { rows: [{ size: 1 }, { size: "x" }] });
    expect(result).toMatchObject({ ok: false, issues: [{ path: "rows[1].size" }, { path: "name" }] });
  });

  it("waits for a library that answers late", async () => {
    const slow = z.object({ name: z.string() }).refine(async ({ name }) => name !== "taken", { message: "is taken", path: ["name"] });
    expect(await validateWithSchema(slow, { name: "free" })).toEqual({ ok: true, value: { name: "free" } });
    expect(await validateWithSchema(slow, { name: "taken" })).toEqual({ ok: false, issues: [{ path: "name", message: "is taken" }] });
  });

  it.each([
    ["throws", schemaOf(() => raise("broken")), "broken"],
    ["throws what is no error", schemaOf(() => raiseText("odd")), "odd"],
    ["fails late", schemaOf(async () => raise("late")), "late"],
  ])("a schema that %s gives an issue, too", async (_, schema, text) => {
    expect(await validateWithSchema(schema, 1)).toEqual({ ok: false, issues: [{ path: "", message: `the schema itself threw: ${text}` }] });
  });

  it("takes paths of keys and of segments", () => {
    const schema = schemaOf(() => ({
      issues: [{ message: "no", path: ["a", { key: 0 }, { key: "b" }] }, { message: "at all", path: [] }, { message: "never" }],
    }));
    const result = validateWithSchema(schema, 1) as unknown as { issues: never };
    expect(issuesText(result.issues)).toBe("a[0].b: no; at all; never");
  });
});

describe("what is a Standard Schema", () => {
  it.each([
    [z.string(), true],
    [schemaOf(() => ({ value: 1 })), true],
    [
      Object.assign(
        () => 1,
        schemaOf(() => ({ value: 1 })),
      ),
      true,
    ],
    [{ parse: () => 1 }, false],
    [{ "~standard": {} }, false],
    [{ "~standard": null }, false],
    [null, false],
    ["text", false],
  ])("%o: %s", (value, expected) => {
    expect(isStandardSchema(value)).toBe(expected);
  });
});

describe("JSON Schema for people", () => {
  it("is what a person may give", () => {
    expect(jsonSchemaOf(z.object({ rows: z.number(), unit: z.string().default("t") }))).toMatchObject({
      type: "object",
      required: ["rows"],
      properties: { rows: { type: "number" } },
    });
  });

  it("is missing where the library has none, or cannot say it", () => {
    expect(jsonSchemaOf(schemaOf(() => ({ value: 1 })))).toBeUndefined();
    expect(jsonSchemaOf(z.object({ at: z.date() }))).toBeUndefined();
  });
});

function raise(message: string): never {
  throw new Error(message);
}

function raiseText(message: string): never {
  throw message;
}
