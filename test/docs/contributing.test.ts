import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { codeBlocks, ROOT, readPage } from "./markdown.ts";

const page = readPage("CONTRIBUTING.md");
const [tree = "", layers = ""] = codeBlocks(page, "text");

/** The top-level folders that are the project's: not git's own, and nothing that git ignores. */
function projectFolders(): readonly string[] {
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8")
    .split("\n")
    .map((line) => line.replace(/^\/|\/$/g, ""));
  return readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== ".git" && !ignored.includes(entry.name) ? [entry.name] : [],
  );
}

it("the tree has every folder, and no other", () => {
  const shown = [...tree.matchAll(/^([\w.]+)\/ /gm)].map(([, name]) => name ?? "");
  expect([...shown].sort()).toEqual([...projectFolders()].sort());
});

it("every file and folder that the page names is there", () => {
  const named = [...page.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\.(?:ts|json|md)|\/))`/g)].map(([, path]) => path ?? "");
  expect(named.length).toBeGreaterThan(40);
  const missing = named.filter((path) => !existsSync(join(ROOT, path)) && !["-text.ts", ".integration.test.ts"].includes(path));
  expect(missing).toEqual([]);
});

it("the layers are those of biome.json", () => {
  const { overrides } = JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8")) as { overrides: readonly Override[] };
  const folders = projectFolders().filter((folder) => existsSync(join(ROOT, folder)));
  for (const [, folder = "", allowed = ""] of layers.matchAll(/^(\w+) +-> (.+)$/gm)) {
    const patterns = overrides
      .filter(({ includes }) => includes.includes(`${folder}/**`))
      .flatMap(({ linter }) => linter?.rules?.style?.noRestrictedImports?.options.patterns ?? []);
    const refused = new Set(patterns.flatMap(({ group }) => group));
    for (const other of folders) {
      if (other === folder || !/^\w+$/.test(other) || other === "docs") continue;
      // "all of the above" is every folder that stands above this one in the list.
      const above: readonly string[] = layers.slice(0, layers.search(new RegExp(`^${folder} `, "m"))).match(/^\w+/gm) ?? [];
      const names: readonly string[] = allowed === "all of the above" ? above : (allowed.match(/(?<![\w/@])\w+(?=,|$)/g) ?? []);
      const may = names.includes(other);
      if (folder !== "cli" || may) expect(refused.has(`**/${other}/**`), `${folder} -> ${other}`).toBe(!may);
    }
  }
});

interface Override {
  readonly includes: readonly string[];
  readonly linter?: {
    readonly rules?: {
      readonly style?: { readonly noRestrictedImports?: { readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] } } };
    };
  };
}
