import { expect, it } from "vitest";
import { hashOf } from "../../../api/access/secret.ts";
import { parseTokens } from "../../../api/access/tokens.ts";

it("reads entries", () => {
  expect(parseTokens(` ci ${hashOf("one")} publish:s3://lake/raw/,read ;\n ops ${hashOf("two")} admin`)).toEqual([
    { name: "ci", hash: hashOf("one"), scopes: [{ kind: "publish", prefix: "s3://lake/raw" }, { kind: "read" }] },
    { name: "ops", hash: hashOf("two"), scopes: [{ kind: "admin" }] },
  ]);
});

it.each([
  ["a token in place of its hash", "ci secret publish", "entry 1 of HEADGATE_API_TOKENS is malformed"],
  ["a scope that is none", `ci ${hashOf("one")} everything`, '"everything" is no scope'],
  ["no scope", `ci ${hashOf("one")}`, '"" is no scope'],
  ["a name that could pass for an address", `ada@example.com ${hashOf("one")} read`, "entry 1 of HEADGATE_API_TOKENS is malformed"],
])("refuses %s, and shows no secret", (_, entry, message) => {
  const parse = () => parseTokens(entry);
  expect(parse).toThrow(message);
  expect(parse).not.toThrow("secret");
});
