import { describe, expect, it } from "vitest";
import { createProject } from "../support/project.ts";
import { headgate } from "./headgate.ts";

const ASSETS = `
import { asset } from "headgate";
export const raw = asset("s3://lake/raw/orders", { description: "orders as they come", owner: "data" });
export const clean = asset("s3://lake/clean/orders", { description: "orders without doubles", owner: "data" });
`;
const GOOD = `
import { dag } from "headgate";
import { clean, raw } from "./assets.ts";
export const ordersClean = dag("orders-clean", { on: raw }, (d) => { d.task("load", { outlets: [clean], run: () => 1 }); });
`;

describe("headgate check", () => {
  it("lists the DAGs of a good project and ends with 0", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS, "dags/orders.ts": GOOD });
    const { code, stderr, stdout } = await headgate(["check"], { cwd: project.root });
    expect(stdout).toBe(
      [
        "DAG           RUNS ON               TASKS  OUTLETS",
        "orders-clean  s3://lake/raw/orders      1  s3://lake/clean/orders",
        "",
        "2 files, 2 assets, 1 DAG, 0 watchers: no errors",
        "",
      ].join("\n"),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("ends with 2 and says what, where and the fix, with the file", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS, "dags/orders.ts": GOOD, "dags/copy.ts": GOOD });
    const { code, stderr, stdout } = await headgate(["check"], { cwd: project.root });
    expect(code).toBe(2);
    expect(stderr).toContain('error E_DUPLICATE_ID: two DAGs have the id "orders-clean"');
    expect(stderr).toMatch(/^ {2}where: dag orders-clean \(dags\/copy\.ts, dags\/orders\.ts\)$/m);
    expect(stderr).toMatch(/^ {2}fix: {3}give one of them another id/m);
    expect(stdout).toMatch(/: 1 error\n$/);
  });

  it("goes on after a file that throws, and names it", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS, "dags/orders.ts": GOOD, "dags/broken.ts": `throw new Error("no such table");` });
    const { code, stderr, stdout } = await headgate(["check"], { cwd: project.root });
    expect(code).toBe(2);
    expect(stderr).toContain("error E_DAG_FILE: dags/broken.ts could not be loaded: no such table");
    expect(stdout).toContain("orders-clean");
  });

  it("shows warnings and ends with 0", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS.replace(', owner: "data"', ""), "dags/orders.ts": GOOD });
    const { code, stderr, stdout } = await headgate(["check"], { cwd: project.root });
    expect(code).toBe(0);
    expect(stderr).toContain("warning W_ASSET_OWNER: ");
    expect(stderr).toMatch(/where: asset s3:\/\/lake\/raw\/orders \(dags\/assets\.ts\)/);
    expect(stdout).toMatch(/no errors, 1 warning\n$/);
  });

  it("gives everything as JSON on stdout, and nothing on stderr", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS, "dags/orders.ts": GOOD, "dags/copy.ts": GOOD });
    const ended = await headgate(["check", "--json"], { cwd: project.root });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 2, stderr: "" });
    expect(ended.json()).toMatchObject({
      ok: false,
      project: "headgate",
      dags: [{ id: "orders-clean", on: { asset: "s3://lake/raw/orders" }, tasks: ["load"], outlets: ["s3://lake/clean/orders"] }],
      errors: [{ code: "E_DUPLICATE_ID", where: "dag orders-clean (dags/copy.ts, dags/orders.ts)" }],
    });
  });

  it("looks at the given files only, from any folder", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS, "dags/orders.ts": GOOD, "dags/broken.ts": "export const = 1;" });
    const { code, stdout } = await headgate(["check", "orders.ts"], { cwd: `${project.root}/dags` });
    expect(stdout).toMatch(/^1 file, 2 assets, 1 DAG, 0 watchers: no errors$/m);
    expect(code).toBe(0);
  });

  it("says where a setting comes from that is wrong", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS });
    const { code, stderr } = await headgate(["check"], { cwd: project.root, env: { HEADGATE_PROJECT: "No Good" } });
    expect(code).toBe(2);
    expect(stderr).toContain("error E_CONFIG: HEADGATE_PROJECT sets project to a value");
  });

  it("takes a flag over the environment", async () => {
    await using project = await createProject({ "dags/assets.ts": ASSETS });
    const ended = await headgate(["check", "--json", "--project", "sales"], { cwd: project.root, env: { HEADGATE_PROJECT: "other" } });
    expect(ended.json()).toMatchObject({ project: "sales" });
  });
});
