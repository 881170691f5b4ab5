import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { childEnvironment } from "../../runtime/config.ts";
import { ROOT } from "../docs/markdown.ts";
import { builtCommand } from "../support/built-command.ts";
import { headgate } from "./headgate.ts";

const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "headgate-init-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

async function manifestIn(project: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(project, "package.json"), "utf8")) as Manifest;
}

/** What `npm install` would do, from the packed package and without a registry: nothing is there that no manifest names. */
async function install(packed: string, project: string): Promise<void> {
  const modules = join(project, "node_modules");
  await mkdir(modules);
  await run("tar", ["-xzf", packed, "-C", modules]);
  await run("mv", [join(modules, "package"), join(modules, "headgate")]);
  const own = await manifestIn(project);
  const { dependencies } = await manifestIn(join(modules, "headgate"));
  for (const name of new Set([...Object.keys({ ...own.dependencies, ...own.devDependencies, ...dependencies })])) {
    if (name === "headgate") continue;
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
}

it("a project made by the packed package checks, compiles and passes its test", async () => {
  expect(builtCommand).toContain("dist");
  const packed = join(folder, (await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: ROOT })).stdout.trim());
  const installed = join(folder, "installed");
  await mkdir(installed);
  await writeFile(join(installed, "package.json"), JSON.stringify({ dependencies: {}, devDependencies: {} }));
  await install(packed, installed);
  const command = join(installed, "node_modules/headgate/dist/cli/main.js");

  const { stdout } = await run(process.execPath, [command, "init", "teams/My Orders", "--package", packed], { cwd: folder });
  expect(stdout).toMatch(/ {2}cd "teams\/My Orders" && npm install\n {2}npx headgate dev\n$/);

  const project = join(folder, "teams/My Orders");
  const { name, dependencies, devDependencies } = await manifestIn(project);
  expect(name).toBe("my-orders");
  expect(dependencies.headgate).toMatch(/^file:\.\.\/\.\.\/headgate-[\d.]+\.tgz$/);
  for (const version of Object.values({ ...dependencies, ...devDependencies, headgate: "1.0.0" })) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect((await readdir(project)).sort()).toEqual(
    [
      ...[".dockerignore", ".env.example", ".gitignore", "Dockerfile", "README.md", "dags", "headgate.config.ts"],
      ...["landing", "package.json", "test", "tsconfig.json"],
    ].sort(),
  );

  await install(packed, project);
  const env = childEnvironment({ NODE_OPTIONS: undefined, VITEST: undefined, NO_COLOR: "1", FORCE_COLOR: undefined });
  const call = (file: string, ...args: string[]): Promise<{ stdout: string }> => run(join(ROOT, "node_modules/.bin", file), args, { cwd: project, env });
  const [checked, , tested] = await Promise.all([
    run(process.execPath, [join(project, "node_modules/headgate/dist/cli/main.js"), "check"], { cwd: project, env }),
    call("tsc", "--pretty", "false"),
    call("vitest", "run"),
  ]);
  expect(checked.stdout).toMatch(/^order-totals +lake:\/\/raw\/orders +2 +lake:\/\/clean\/order-totals$/m);
  expect(checked).toMatchObject({ stdout: expect.stringContaining("2 assets, 1 DAG, 1 watcher: no errors\n"), stderr: "" });
  expect(tested.stdout).toMatch(/Tests +1 passed/);
});

it("with --template sql, the same project loads the files into Postgres", async () => {
  const { code, json } = await headgate(["init", "sql", "--template", "sql", "--json"], { cwd: folder });
  expect(json<{ files: readonly string[] }>().files).toEqual(
    expect.arrayContaining(["Dockerfile", "dags/orders.ts", "sql/load-orders.sql", "test/orders.test.ts"]),
  );
  expect(code).toBe(0);
  expect(await readFile(join(folder, "sql/dags/orders.ts"), "utf8")).toContain('d.sql("load"');
});

it("init takes an empty folder, and one that is only a git repository", async () => {
  const cwd = join(folder, "fresh");
  await mkdir(join(cwd, ".git"), { recursive: true });
  const { code, json } = await headgate(["init", ".", "--json"], { cwd });
  expect(json()).toMatchObject({ name: "fresh", next: ["npm install", "npx headgate dev"] });
  expect(code).toBe(0);
  expect(await readFile(join(cwd, "headgate.config.ts"), "utf8")).toContain('project: "fresh"');
});

it.each([
  ["a folder that holds something", "full", "is not empty: it holds notes.txt", "E_FOLDER"],
  ["a file", "full/notes.txt", "is a file", "E_FOLDER"],
  ["a name of which nothing can be an id", "???", '"" is no id of a project', "E_ID"],
])("refuses %s, and writes nothing", async (_, target, why, code) => {
  await mkdir(join(folder, "full"), { recursive: true });
  await writeFile(join(folder, "full/notes.txt"), "mine");
  const ended = await headgate(["init", target], { cwd: folder });
  expect(ended.stderr).toContain(`error ${code}: `);
  expect(ended.stderr).toContain(why);
  expect(ended.code).toBe(2);
  expect(await readdir(join(folder, "full"))).toEqual(["notes.txt"]);
  expect(await readdir(folder)).not.toContain("???");
});
