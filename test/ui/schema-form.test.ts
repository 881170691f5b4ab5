import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fieldsOf } from "../../ui/src/parts/schema-form/fields-of.ts";
import { readFields } from "../../ui/src/parts/schema-form/read-fields.ts";

const schema = z.toJSONSchema(
  z.object({
    batch: z.string().describe("Name of the batch"),
    limit: z.number().int().default(1000),
    share: z.number().optional(),
    mode: z.enum(["append", "replace"]).default("append"),
    dryRun: z.boolean().default(false),
    day: z.iso.date().optional(),
    shops: z.array(z.string()).optional(),
  }),
  { io: "input" },
);
const fields = fieldsOf(schema) ?? [];

describe("a form made from a schema", () => {
  it("has a control for each type", () => {
    expect(fields.map(({ name, kind, isNeeded, initial }) => [name, kind, isNeeded, initial])).toEqual([
      ["batch", "text", true, ""],
      ["limit", "whole", false, "1000"],
      ["share", "number", false, ""],
      ["mode", "choice", false, "append"],
      ["dryRun", "boolean", false, "false"],
      ["day", "date", false, ""],
      ["shops", "json", false, ""],
    ]);
  });

  it("says what a field means, and which values there are", () => {
    expect(fields[0]?.about).toBe("Name of the batch");
    expect(fields[3]?.options).toEqual(["append", "replace"]);
  });

  it("makes values of texts; what is empty is left out", () => {
    const texts = { batch: " b-17 ", limit: "5", share: "0.5", mode: "replace", dryRun: "true", shops: '["eu"]' };
    expect(readFields(fields, texts)).toEqual({ ok: true, value: { batch: "b-17", limit: 5, share: 0.5, mode: "replace", dryRun: true, shops: ["eu"] } });
  });

  it.each([
    ["what is needed is not there", {}, { batch: "It is needed." }],
    ["a word is no number", { batch: "b", limit: "many" }, { limit: "It is no number." }],
    ["a half is no whole number", { batch: "b", limit: "1.5" }, { limit: "It is no whole number." }],
    ["half a list is no JSON", { batch: "b", shops: "[" }, { shops: expect.stringContaining("It is no JSON") }],
  ])("%s", (_, texts, errors) => expect(readFields(fields, texts)).toEqual({ ok: false, errors }));

  it.each([[true], [null], [{ type: "string" }]])("%j is the schema of no form", (other) => expect(fieldsOf(other)).toBeUndefined());
});
