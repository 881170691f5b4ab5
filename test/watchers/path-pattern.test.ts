import { expect, it } from "vitest";
import { compilePathPattern } from "../../watchers/path-pattern.ts";

it.each([
  ["**/*.csv", "a.csv", true],
  ["**/*.csv", "x/y/a.csv", true],
  ["**/*.csv", "a.json", false],
  ["*.csv", "x/a.csv", false],
  ["x/**/a.csv", "x/a.csv", true],
  ["x/**/a.csv", "x/y/z/a.csv", true],
  ["x/**/a.csv", "xa.csv", false],
  ["**/x/**/*.csv", "x/a.csv", true],
  ["**/*", "a", true],
])("%s and %s: %s", (pattern, path, matches) => {
  expect(compilePathPattern(pattern)(path)).toBe(matches);
});

it("takes a pattern of many parts without growing for ever", () => {
  expect(compilePathPattern(`${"**/".repeat(40)}a`)(`${"x/".repeat(60)}a`)).toBe(true);
});
