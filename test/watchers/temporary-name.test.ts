import { expect, it } from "vitest";
import { finalPaths, isTemporary } from "../../watchers/temporary-name.ts";

it.each(["a.csv.tmp", "a.part", "x/a.csv.filepart", ".a.csv", ".git/config", "x/.cache/a.csv", "a.csv~"])(
  "takes %s as a name for the time of writing",
  (path) => {
    expect(isTemporary(path)).toBe(true);
  },
);

it.each(["a.csv", "x/y/a.parquet", "a.tmp.csv", "part", "tmp/a.csv"])("takes %s as a final name", (path) => {
  expect(isTemporary(path)).toBe(false);
});

it.each([
  ["x/a.csv.part", ["x/a.csv"]],
  [".a.csv.x7Gh2q", ["a.csv.x7Gh2q", "a.csv"]],
  [".a.csv", ["a.csv", "a"]],
])("knows what %s may become", (temporary, finals) => {
  expect(finalPaths(temporary)).toEqual(finals);
});
