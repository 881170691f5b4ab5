import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { examplesOf, ROOT } from "./markdown.ts";

// The tests that docs/testing.md shows are run: what it imports from vitest is this run's.

const folder = join(ROOT, ".headgate/testing-page");
rmSync(folder, { recursive: true, force: true });
const files = examplesOf("docs/testing.md").map(({ path, code }) => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
});
const tests = files.filter((file) => file.endsWith(".test.ts"));

it("the page shows tests of DAGs, lineage, assets and watchers", () => {
  expect(tests).toHaveLength(4);
});

for (const file of tests) await import(file);
