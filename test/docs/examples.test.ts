import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createProject } from "../support/project.ts";
import { codeBlocks, pages, ROOT, readPage } from "./markdown.ts";

// Every TypeScript block of the pages, each as a file of its own in a user's project.

const examples = pages().flatMap((page) =>
  codeBlocks(readPage(page), "ts").map((code, index) => ({ name: `${page.replace(/\W+/g, "-").toLowerCase()}-${index + 1}.ts`, code })),
);

/** Blocks that are a part of something: they are shown, not compiled. */
const isWhole = ({ code }: { readonly code: string }): boolean => /^import /m.test(code);

it("the programs of the pages compile as a user's would", async () => {
  const whole = examples.filter(isWhole);
  expect(whole.length).toBeGreaterThan(4);
  await using project = await createProject(Object.fromEntries(whole.map(({ name, code }) => [`src/${name}`, code])));
  // Services have it installed beside Headgate.
  await symlink(join(ROOT, "node_modules/@temporalio"), join(project.root, "node_modules/@temporalio"));
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
  await project.write("tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["src/*.ts"] }));
  const said = await promisify(execFile)(join(ROOT, "node_modules/.bin/tsc"), ["-p", project.root, "--pretty", "false"]).then(
    ({ stdout }) => stdout,
    (error: unknown) => String((error as { readonly stdout?: unknown }).stdout ?? error),
  );
  // What is wrong in Headgate's own sources, tsc says of them there.
  expect(said.split("\n").filter((line) => whole.some(({ name }) => line.includes(name)))).toEqual([]);
}, 60_000);
