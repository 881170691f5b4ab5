import { expect, it } from "vitest";
import { findToken, hashOf, parseTokens } from "../../api/tokens.ts";

it("reads entries, and finds a token by its hash", () => {
  const tokens = parseTokens(` ci ${hashOf("one")} publish:s3://lake/raw/,read ;\n ops ${hashOf("two")} admin`);
  expect(tokens).toEqual([
    { name: "ci", hash: hashOf("one"), scopes: [{ kind: "publish", prefix: "s3://lake/raw" }, { kind: "read" }] },
    { name: "ops", hash: hashOf("two"), scopes: [{ kind: "admin" }] },
  ]);
  expect(findToken(tokens, "two")?.name).toBe("ops");
  expect(findToken(tokens, hashOf("two"))).toBeUndefined();
});

it.each([
  ["a token in place of its hash", "ci secret publish", "entry 1 of HEADGATE_API_TOKENS is malformed"],
  ["a scope that is none", `ci ${hashOf("one")} everything`, '"everything" is no scope'],
  ["no scope", `ci ${hashOf("one")}`, '"" is no scope'],
])("refuses %s, and shows no secret", (_, entry, message) => {
  const parse = () => parseTokens(entry);
  expect(parse).toThrow(message);
  expect(parse).not.toThrow("secret");
});
