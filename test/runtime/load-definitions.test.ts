import { describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/project.ts";

const ORDERS = `
import { asset, dag } from "headgate";
import { name } from "./name.ts";
export const raw = asset("s3://lake/raw/orders", { description: "orders", owner: "data" });
export const clean = dag(name, { on: raw }, (d) => { d.task("load", { run: () => 1 }); });
`;

interface Report {
  readonly count: number;
  readonly files: readonly { readonly path: string; readonly ids: readonly string[] }[];
  readonly errors: readonly { readonly code: string; readonly message: string; readonly where: string; readonly hint: string }[];
}

const LOAD = `
import { loadDefinitions } from "#/runtime/load-definitions.ts";
import { writeFileSync } from "node:fs";
async function load(globs = ["dags/**/*.ts"], files?: string[]) {
  const { files: loaded, definitions, errors } = await loadDefinitions({ root, globs, ...(files ? { files } : {}) });
  return {
    count: definitions.length,
    files: loaded.map(({ path, definitions }) => ({ path, ids: definitions.map((one) => one.kind === "asset" ? one.uri : one.id) })),
    errors: errors.map(({ code, message, where, hint }) => ({ code, message, where, hint })),
  };
}
`;

async function load(project: Project, call = "load()"): Promise<Report> {
  return (await project.run(`${LOAD}\nreport(await ${call});`)) as Report;
}

describe("loading DAG files", () => {
  it("reads assets.yaml and watchers.yaml beside them, which may name one another's assets", async () => {
    await using project = await createProject({
      "dags/orders.ts": ORDERS,
      "dags/name.ts": `export const name = "orders-clean";`,
      "dags/assets.yaml": "assets:\n  - uri: s3://lake/rates\n",
      "dags/deep/watchers.yaml":
        "watchers:\n  - { id: one, source: { kind: s3 }, publishes: s3://lake/raw/orders }\n  - { id: two, source: { kind: s3 }, publishes: s3://lake/rates }\n  - { id: Three, source: { kind: s3 }, publishes: s3://lake/rates }\n",
      "elsewhere/assets.yaml": "not: read",
    });
    const { count, errors, files } = await load(project);
    expect(count).toBe(5);
    expect(files.slice(-2)).toEqual([
      { path: "dags/assets.yaml", ids: ["s3://lake/rates"] },
      { path: "dags/deep/watchers.yaml", ids: ["one", "two"] },
    ]);
    expect(errors).toMatchObject([
      { code: "E_ID", where: "dags/deep/watchers.yaml:4:5", message: expect.stringContaining("watchers[2] of dags/deep/watchers.yaml") },
    ]);
  });

  it("collects what they export, in order of path", async () => {
    await using project = await createProject({
      "dags/orders.ts": ORDERS,
      "dags/name.ts": `export const name = "orders-clean";`,
      "dags/deep/er/users.ts": `import { asset } from "headgate"; export const list = [asset("s3://lake/users"), asset("s3://lake/people")];`,
      "dags/orders.test.ts": `throw new Error("tests are not loaded");`,
      "elsewhere/other.ts": `throw new Error("not asked for");`,
    });
    expect(await load(project)).toEqual({
      count: 4,
      files: [
        { path: "dags/deep/er/users.ts", ids: ["s3://lake/users", "s3://lake/people"] },
        { path: "dags/name.ts", ids: [] },
        { path: "dags/orders.ts", ids: ["orders-clean", "s3://lake/raw/orders"] },
      ],
      errors: [],
    });
  });

  it("sees new code after a save, also in what a DAG file imports, without a second copy of Headgate or of a package", async () => {
    await using project = await createProject({
      "dags/orders.ts": `${ORDERS}import { z } from "zod";\n(globalThis as any).zods = new Set([...((globalThis as any).zods ?? []), z]);`,
      "dags/name.ts": `export const name = "before";`,
    });
    const seen = await project.run(`${LOAD}
      const before = await load();
      writeFileSync(root + "/dags/name.ts", 'export const name = "after";');
      const after = await load();
      report({ before: before.files[1].ids[0], after: after.files[1].ids[0], errors: after.errors, zods: (globalThis as any).zods.size });`);
    expect(seen).toEqual({ before: "before", after: "after", errors: [], zods: 1 });
  });

  it("shares a module between the files of one load", async () => {
    await using project = await createProject({
      "shared.ts": `import { asset } from "headgate"; export const one = asset("s3://lake/one");`,
      "dags/a.ts": `export { one } from "../shared.ts";`,
      "dags/b.ts": `export { one } from "../shared.ts";`,
    });
    expect(await load(project)).toMatchObject({ count: 1, files: [{ ids: ["s3://lake/one"] }, { ids: ["s3://lake/one"] }] });
  });

  it.each([
    { name: "throws", content: `const x = 1;\n\nthrow new Error("no bucket");`, says: "no bucket", line: 3 },
    { name: "throws something that is no error", content: `throw "text";`, says: 'it threw "text", which is no Error', line: undefined },
    { name: "has a syntax error", content: `const x = 1;\nconst = 3;`, says: 'Expected identifier but found "="', line: 2 },
    { name: "imports what is not there", content: `import "./nowhere.ts";`, says: "Cannot find module", line: undefined },
    {
      name: "imports a name that is not exported",
      content: `import { nothing } from "./good.ts"; export const x = nothing;`,
      says: "does not provide an export named 'nothing'",
      line: 1,
    },
    { name: "defines something wrongly", content: `import { asset } from "headgate";\nexport const a = asset("orders");`, says: "E_ASSET_URI", line: 2 },
    { name: "imports a file that throws", content: `import "../lib/broken.ts";`, says: "from the library", line: 2 },
  ])("reports a file that $name as E_DAG_FILE, and loads the others", async ({ content, says, line }) => {
    await using project = await createProject({
      "dags/bad.ts": content,
      "dags/good.ts": `import { asset } from "headgate"; export const good = asset("s3://lake/good");`,
      "lib/broken.ts": `export const before = 1;\nthrow new Error("from the library");`,
    });
    const { files, errors } = await load(project);
    expect(files).toEqual([{ path: "dags/good.ts", ids: ["s3://lake/good"] }]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: "E_DAG_FILE", message: expect.stringContaining("dags/bad.ts could not be loaded: ") });
    expect(errors[0]?.message).toContain(says);
    if (line !== undefined) expect(errors[0]?.where).toMatch(new RegExp(`/(dags/bad|lib/broken)\\.ts:${line}$`));
  });

  it("says that DAG files are ES modules", async () => {
    await using project = await createProject({ "package.json": `{"name":"old"}`, "dags/orders.ts": ORDERS });
    expect((await load(project)).errors).toMatchObject([{ code: "E_DAG_FILE", hint: expect.stringContaining('"type": "module"') }]);
  });

  it("loads only the files that it is given", async () => {
    await using project = await createProject({ "dags/a.ts": `export const a = 1;`, "dags/b.ts": `export const b = 1;` });
    expect(await load(project, `load(["dags/**/*.ts"], ["dags/b.ts", "dags/none.ts"])`)).toMatchObject({
      files: [{ path: "dags/b.ts" }],
      errors: [{ code: "E_DAG_FILE", message: expect.stringContaining("does not exist") }],
    });
  });

  it("reports what is wrong with the files of SQL tasks, which stay loaded", async () => {
    const task = (id: string, file: string): string => `d.sql("${id}", { connection: postgres("warehouse"), file: ${file} });`;
    await using project = await createProject({
      "dags/load.ts": `import { dag } from "headgate"; import { postgres } from "headgate/connections";
        export const load = dag("load", {}, (d) => { ${task("good", 'new URL("good.sql", import.meta.url)')} ${task("bad", '"sql/bad.sql"')} ${task("none", '"none.sql"')} });`,
      "dags/good.sql": "select 1",
      "sql/bad.sql": "select 1;\nselect 'a",
    });
    expect(await load(project)).toMatchObject({
      count: 1,
      errors: [
        { code: "E_SQL", message: "what ' opens is not closed", where: "dags/load.ts, dag load, task bad, sql/bad.sql:2:8" },
        { code: "E_SQL", message: expect.stringContaining("none.sql could not be read"), where: expect.stringContaining("task none") },
      ],
    });
  });

  it("says so when no file matches", async () => {
    await using project = await createProject();
    expect((await load(project)).errors).toMatchObject([{ code: "E_DAG_FILE", message: expect.stringContaining('matches "dags/**/*.ts"') }]);
  });
});
