import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeBlocks, ROOT, readPage } from "./markdown.ts";

const readme = readPage("README.md");

it("the program of the README is the one that test/core runs", async () => {
  expect(codeBlocks(readme, "ts")[0]).toBe(await readFile(join(ROOT, "test/core/readme-program.ts"), "utf8"));
});

it("and has fifteen lines", () => {
  expect(codeBlocks(readme, "ts")[0]?.trimEnd().split("\n")).toHaveLength(15);
});

it("the scripts that the README names are those of the package", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm (?:run (\w+)|(start|test))/g)].map((match) => match[1] ?? match[2] ?? "");
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(scripts).toHaveProperty(name);
});

it("has a place for the figures of the bench", () => {
  expect(readme).toMatch(/<!-- bench -->[\s\S]*<!-- \/bench -->/);
});

it("the program of the quickstart is the one that headgate init writes", async () => {
  expect(codeBlocks(readPage("docs/quickstart.md"), "ts")[0]).toBe(await readFile(join(ROOT, "cli/init/template/dags/orders.ts"), "utf8"));
});
