import { expect, it } from "vitest";
import { isTooDeep, isTooDeepText, MOST_LEVELS } from "../../core/json-depth.ts";

const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${"}]".repeat(levels / 2)}`;

it.each([
  ["nothing", "null", false],
  ["many values beside one another", JSON.stringify(Array.from({ length: 10_000 }, () => [[], {}])), false],
  ["as many levels as there may be", nested(MOST_LEVELS), false],
  ["two more", nested(MOST_LEVELS + 2), true],
  ["very many", nested(400_000), true],
  ["brackets in a text", JSON.stringify({ '["{': `\\"${"[".repeat(1_000)}` }), false],
  ["brackets behind a text", `{"\\\\":${nested(MOST_LEVELS)}}`, true],
])("of %s, read or unread, it knows whether it is too deep", (_, json, expected) => {
  expect(isTooDeepText(Buffer.from(json))).toBe(expected);
  expect(isTooDeep(JSON.parse(json))).toBe(expected);
});
