import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createProject } from "../support/project.ts";
import { examplesOf, pages, ROOT } from "./markdown.ts";

// Every TypeScript block of the pages, each as a file of its own in a user's project.

const examples = pages().flatMap(examplesOf);

it.each(examples)("$path is a whole program", ({ code }) => {
  expect(code).toMatch(/^import /m);
});

it("the programs of the pages compile as a user's would", async () => {
  expect(examples.length).toBeGreaterThan(30);
  await using project = await createProject(Object.fromEntries(examples.map(({ path, code }) => [`src/${path}`, code])));
  // Services have it installed beside Headgate.
  for (const name of ["@temporalio", "vitest"]) await symlink(join(ROOT, "node_modules", name), join(project.root, "node_modules", name));
  const options = {
    target: "ES2023",
    module: "NodeNext",
    customConditions: ["headgate-source"],
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    preserveSymlinks: false,
    skipLibCheck: true,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  await project.write("tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["src/**/*.ts"] }));
  const said = await promisify(execFile)(join(ROOT, "node_modules/.bin/tsc"), ["-p", project.root, "--pretty", "false"]).then(
    ({ stdout }) => stdout,
    (error: unknown) => String((error as { readonly stdout?: unknown }).stdout ?? error),
  );
  // What is wrong in Headgate's own sources, tsc says of them there.
  expect(said.split("\n").filter((line) => examples.some(({ path }) => line.includes(path)))).toEqual([]);
}, 60_000);
