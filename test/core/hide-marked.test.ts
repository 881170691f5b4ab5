import { expect, it } from "vitest";
import { z } from "zod";
import { hideMarked } from "../../core/hide-marked.ts";
import type { Json } from "../../core/json.ts";

const schema = z.toJSONSchema(
  z.object({
    shop: z.string(),
    pin: z.string().meta({ writeOnly: true }),
    pass: z.string().meta({ format: "password" }),
    rows: z.array(z.object({ iban: z.string().meta({ writeOnly: true }), amount: z.number() })),
  }),
) as Json;

it.each<[string, Json, Json | undefined, Json]>([
  ["what the schema marks is hidden", { shop: "eu", pin: "1234", pass: "x" }, schema, { shop: "eu", pin: "***", pass: "***" }],
  ["also inside of lists", { rows: [{ iban: "DE1", amount: 2 }] }, schema, { rows: [{ iban: "***", amount: 2 }] }],
  [
    "what is called like a secret is hidden without a schema",
    { apiKey: "k", nested: { password: "p", key: "row-1" } },
    undefined,
    { apiKey: "***", nested: { password: "***", key: "row-1" } },
  ],
  ["a secret that is not there stays nothing", { token: null }, undefined, { token: null }],
  ["what is no object stays as it is", 3, schema, 3],
])("%s", (_, value, given, expected) => expect(hideMarked(value, given)).toEqual(expected));
