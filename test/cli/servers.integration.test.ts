import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childEnvironment } from "../../runtime/config.ts";
import { builtCommand } from "../support/built-command.ts";
import { createProject, type Project } from "../support/project.ts";
import { createWorld, type World } from "../support/stack.ts";
import { type CallOptions, type Ended, headgate } from "./headgate.ts";
import { untilSaid } from "./until-said.ts";

const DAGS = `
import { asset, daily, dag } from "headgate";
import { z } from "zod";
const about = { owner: "data", description: "what it is" };
export const raw = asset("s3://lake/raw/orders/date={ds}/", { ...about, partitions: daily({ tz: "UTC" }), schema: z.object({ rows: z.number() }) });
export const clean = asset("s3://lake/clean/orders", { ...about, partitions: daily({ tz: "UTC" }) });
export const rates = asset("s3://lake/rates", about);
export const ordersClean = dag("orders-clean", { on: raw }, (d) => { d.task("load", { outlets: [clean], run: () => ({ rows: 1 }) }); });
export const ordersMart = dag("orders-mart", { on: rates }, (d) => { d.task("build", { run: () => 1 }); });
export const broken = dag("broken", {}, (d) => { d.task("fall", { run: () => { throw new Error("no such table"); } }); });
`;

/** The command line against real servers, with a worker of its own: the tests follow one another as a person's day does. */
describe("the command line on real servers", () => {
  let world: World;
  let project: Project;
  let worker: ChildProcess;
  let env: NonNullable<CallOptions["env"]>;
  let workerSaid = "";
  const call = (...args: string[]): Promise<Ended> => headgate(args, { cwd: project.root, env });

  const until = (args: readonly string[], isThere: (ended: Ended) => boolean): Promise<Ended> => untilSaid(call, args, isThere, 30_000);

  beforeAll(async () => {
    world = await createWorld();
    project = await createProject({ "dags/orders.ts": DAGS });
    env = {
      TEMPORAL_ADDRESS: world.temporalAddress,
      TEMPORAL_NAMESPACE: world.namespace,
      HEADGATE_ENVIRONMENT: world.environment,
      HEADGATE_DATABASE_URL: world.databaseUrl,
    };
  });

  afterAll(async () => {
    if (worker !== undefined && worker.exitCode === null) {
      worker.kill("SIGTERM");
      await once(worker, "exit");
    }
    await project[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  it("says that a deploy needs a worker", async () => {
    const { code, stderr } = await call("deploy");
    expect(stderr).toContain(`error E_REGISTRY_UNREACHABLE: no worker takes work from "${world.environment}-headgate-system"`);
    expect(code).toBe(1);
  });

  it("runs a worker with the DAG files that can be loaded, and says which cannot", async () => {
    await project.write("dags/throws.ts", `throw new Error("no bucket is configured");`);
    worker = spawn(process.execPath, [builtCommand, "worker"], {
      cwd: project.root,
      env: childEnvironment(env),
      stdio: ["ignore", "inherit", "pipe"],
    });
    worker.stderr?.setEncoding("utf8").on("data", (text: string) => {
      workerSaid += text;
    });
    for (const end = performance.now() + 50_000; !workerSaid.includes("runs project"); await delay(50)) {
      if (worker.exitCode !== null || performance.now() > end) throw new Error(`the worker did not start:\n${workerSaid}`);
    }
    expect(workerSaid).toContain("error E_DAG_FILE");
    expect(workerSaid).toContain("dags/throws.ts could not be loaded: no bucket is configured");
    await project.write("dags/throws.ts", "");
  });

  it("deploys and shows what is new", async () => {
    const { code, stderr, stdout } = await call("deploy");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("+ dag orders-clean  runs on s3://lake/raw/orders");
    expect(stdout).toMatch(/^deployed headgate as revision \d{13}: 3 DAGs added, 3 assets added$/m);
  });

  it("lists the deployed DAGs", async () => {
    const { stdout } = await until(["dags", "list"], (ended) => ended.stdout.includes("s3://lake/rates"));
    expect(stdout.split("\n").map((line) => line.trimEnd().split(/ {2,}/))).toEqual([
      ["DAG", "STATE", "PENDING", "RUNNING", "RUNS ON"],
      ["broken", "active", "0", "0", "started by hand"],
      ["orders-clean", "active", "0", "0", "s3://lake/raw/orders"],
      ["orders-mart", "active", "0", "0", "s3://lake/rates"],
      [""],
    ]);
  });

  it("deploys nothing that is wrong, and ends with 2", async () => {
    await project.write("dags/wrong.ts", `import { dag } from "headgate"; export const again = dag("broken", {}, (d) => { d.task("x", { run: () => 1 }); });`);
    const { code, stderr } = await call("deploy");
    await project.write("dags/wrong.ts", "");
    expect(stderr).toContain("error E_DUPLICATE_ID");
    expect(stderr).toContain("nothing was deployed");
    expect(code).toBe(2);
  });

  it("shows what a deploy would change", async () => {
    await project.write("dags/orders.ts", DAGS.replace(`on: rates`, `on: rates, mode: "each"`));
    const { code, stdout } = await call("deploy", "--dry-run");
    await project.write("dags/orders.ts", DAGS);
    expect(stdout).toContain("~ dag orders-mart\n    policy.mode  + each");
    expect(stdout).toContain("not deployed, as this was a dry run: 1 DAG changed");
    expect(code).toBe(0);
  });

  it("publishes an event, whose run succeeds", async () => {
    const published = await call("publish", "s3://lake/raw/orders", "--partition", "2026-11-23", "--data", '{"rows": 3}', "--id", "batch-17");
    expect(published).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("published batch-17 of s3://lake/raw/orders") });
    const ended = await until(["runs", "list", "--dag", "orders-clean", "--json"], (one) => one.stdout.includes('"succeeded"'));
    expect(ended.json()).toMatchObject([
      { dag: "orders-clean", status: "succeeded", partition: "2026-11-23", events: 1, startedAt: expect.stringMatching(/Z$/) },
    ]);
  });

  it("explains what became of the event, and of a repeat of it", async () => {
    await call("publish", "s3://lake/raw/orders", "--partition", "2026-11-23", "--data", '{"rows": 3}', "--id", "batch-17");
    const { stdout } = await until(["explain", "--event", "batch-17"], (ended) => /consumed/.test(ended.stdout) && /duplicates/.test(ended.stdout));
    expect(stdout).toMatch(/^orders-clean +2026-11-23 +consumed +.* orders-clean\//m);
    expect(stdout).toContain("1 repeat was dropped as duplicates");
  });

  it("shows the run with what it took and what it published", async () => {
    const [run] = (await call("runs", "list", "--dag", "orders-clean", "--json")).json<{ run: string }[]>();
    const { stdout } = await until(["runs", "show", run?.run ?? ""], (ended) => ended.stdout.includes("Published 1 event") && ended.stdout.includes("Tasks"));
    expect(stdout).toContain("Took 1 event");
    expect(stdout).toMatch(/^ {2}load +succeeded/m);
    expect(stdout).toMatch(/^ {2}s3:\/\/lake\/clean\/orders +2026-11-23/m);
    expect(await call("explain", "--run", run?.run ?? "")).toMatchObject({ code: 0, stdout: expect.stringContaining("Took 1 event") });
  });

  it.each([
    [["publish", "s3://lake/raw/orders", "--partition", "2026-11-23", "--data", '{"rows": "many"}'], "E_EVENT_DATA", "rows"],
    [["publish", "s3://lake/raw/orders", "--partition", "yesterday"], "E_EVENT", ""],
    [["publish", "s3://lake/raw/orders/date=2026-13-45/", "--data", '{"rows": 1}'], "E_EVENT_PARTITION", "2026-13-45"],
  ])("refuses %j before it is sent", async (args, code, says) => {
    const ended = await call(...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`error ${code}`);
    expect(ended.stderr).toContain(says);
  });

  it("refuses an event of 3 MB, also from stdin, and says what to do with it", async () => {
    const event = JSON.stringify({ asset: "s3://lake/rates", data: { text: "x".repeat(3 * 1024 * 1024) } });
    const ended = await headgate(["publish", "-"], { cwd: project.root, env, input: event });
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("error E_EVENT_SIZE") });
    expect(ended.stderr).toContain("131072");
  });

  it("explains what a DAG waits for, and that it is paused", async () => {
    expect(await call("dags", "pause", "orders-mart")).toMatchObject({ code: 0, stdout: expect.stringContaining("orders-mart is paused") });
    await call("publish", "s3://lake/rates", "--id", "rates-1");
    const { stdout } = await until(["explain", "orders-mart"], (ended) => ended.stdout.includes("1 event pending"));
    expect(stdout).toContain("due, and held back: paused");
    expect(await call("dags", "resume", "orders-mart")).toMatchObject({ code: 0, stdout: expect.stringContaining("orders-mart is active") });
    const after = await until(["explain", "orders-mart"], (ended) => ended.stdout.includes("consumed"));
    expect(after.stdout).toMatch(/· s3:\/\/lake\/rates: waits for an event/);
    expect(after.stdout).toMatch(/its last event, rates-1, came .* and was consumed by orders-mart\//);
  });

  it("runs a DAG by hand, and waits", async () => {
    const { code, stdout } = await call("dags", "run", "orders-mart", "--wait", "--id", "orders-mart/by-hand");
    expect(stdout).toContain("orders-mart/by-hand succeeded");
    expect(code).toBe(0);
  });

  it("ends with 3 when the run did not succeed, and shows why", async () => {
    const ended = await call("dags", "run", "broken", "--wait", "--id", "broken/by-hand", "--json");
    expect(ended.json()).toMatchObject({ run: "broken/by-hand", status: "failed" });
    expect(ended.code).toBe(3);
    const { stdout } = await until(["runs", "show", "broken/by-hand"], (one) => one.stdout.includes("Error of fall"));
    expect(stdout).toContain("no such table");
  });

  it("knows a name that is nearly right", async () => {
    const { code, stderr } = await call("dags", "show", "orders-claen");
    expect(stderr).toContain("error E_DAG_UNKNOWN: no deployed DAG is called orders-claen\n  fix:   did you mean orders-clean?");
    expect(code).toBe(1);
  });

  it("draws the lineage as a tree and for Mermaid", async () => {
    const tree = await call("lineage", "s3://lake/clean/orders");
    expect(tree.stdout).toContain("s3://lake/clean/orders is made from\n└─ orders-clean dag\n   └─ s3://lake/raw/orders");
    const drawing = await call("lineage", "s3://lake/raw/orders", "--down", "-o", "mermaid");
    expect(drawing.stdout).toMatch(/^flowchart LR\n/);
    expect(drawing.stdout).toContain('[("s3://lake/clean/orders")]');
  });

  it("shows assets with their events", async () => {
    const { stdout } = await call("assets", "show", "s3://lake/raw/orders");
    expect(stdout).toMatch(/^ {2}2026-11-23 +1 +/m);
    expect(
      (await call("assets", "list", "-o", "jsonl")).stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { asset: string }).asset),
    ).toContain("s3://lake/rates");
  });

  it("shows which runs a backfill would be, and starts none", async () => {
    const { code, stdout } = await call("backfill", "orders-clean", "--partitions", "2026-11-20..2026-11-22", "--dry-run");
    expect(stdout).toBe("would run orders-clean for 3 partitions, 1 at a time\n  2026-11-20\n  2026-11-21\n  2026-11-22\n");
    expect(code).toBe(0);
    expect((await call("backfills", "list")).stdout).toBe("no backfill or repair is under way\n");
  });

  it("backfills a range, and says how far it is", async () => {
    const opened = await call("backfill", "orders-clean", "--partitions", "2026-11-20..2026-11-22", "--max-parallel", "2", "--reason", "wrong rates", "--json");
    const { id } = opened.json<{ id: string }>();
    expect(opened).toMatchObject({ code: 0, stderr: "" });
    await until(["backfills", "show", id, "--json"], (ended) => ended.json<{ status: string }>().status === "succeeded" && ended.stdout.includes("endedAt"));
    const { stdout } = await until(["backfills", "show", id], (ended) => (ended.stdout.match(/ 2026-11-2\d /g) ?? []).length === 3);
    expect(stdout).toMatch(/^runs +3: 3 succeeded$/m);
    expect(stdout).toMatch(/^why +wrong rates$/m);
    expect((await call("backfills", "list")).stdout).toMatch(new RegExp(`^${id} +orders-clean +succeeded +3/3 `, "m"));
  });

  it("shows which partitions are there, missing and stale", async () => {
    await call("publish", "s3://lake/raw/orders", "--partition", "2026-11-20", "--data", '{"rows": 0}', "--id", "late");
    await until(
      ["runs", "list", "--dag", "orders-clean", "--json"],
      (ended) => ended.json<{ status: string; events: number }[]>().filter((run) => run.status === "succeeded" && run.events === 1).length === 2,
    );
    const slices = (
      await until(["partitions", "s3://lake/clean/orders", "--range", "2026-11-19..2026-11-23", "--json"], (ended) => ended.stdout.includes('"version": 2'))
    ).json<{
      slices: { partition: string; status: string; version: number }[];
    }>().slices;
    expect(slices.map(({ partition, status, version }) => [partition, status, version])).toEqual([
      ["2026-11-19", "missing", 0],
      ["2026-11-20", "present", 2],
      ["2026-11-21", "present", 1],
      ["2026-11-22", "present", 1],
      ["2026-11-23", "present", 1],
    ]);
    await call("dags", "pause", "orders-clean");
    await call("publish", "s3://lake/raw/orders", "--partition", "2026-11-21", "--data", '{"rows": 0}', "--id", "later");
    const { stdout } = await until(["partitions", "s3://lake/clean/orders", "--range", "2026-11-21..2026-11-22"], (ended) => ended.stdout.includes("stale"));
    expect(stdout).toMatch(/^2026-11-21 +stale +1 .* s3:\/\/lake\/raw\/orders 2026-11-21 changed after it was made$/m);
    expect(stdout).toContain("2 slices: ■ 1 present  ~ 1 stale");
  });

  it("repairs what is stale, though its DAG is paused", async () => {
    const plan = await call("repair", "s3://lake/raw/orders", "--partition", "2026-11-21", "--downstream", "--dry-run");
    expect(plan.stdout).toMatch(/^would make s3:\/\/lake\/raw\/orders anew: 1 run, 1 at a time\nSTEP {2}DAG +PARTITION\n +1 {2}orders-clean {2}2026-11-21\n$/);
    const { id } = (await call("repair", "s3://lake/clean/orders", "--partition", "2026-11-21", "--json")).json<{ id: string }>();
    await until(["backfills", "show", id], (ended) => /^status +succeeded$/m.test(ended.stdout));
    await until(["partitions", "s3://lake/clean/orders", "--range", "2026-11-21"], (ended) => /^2026-11-21 +present +2 /m.test(ended.stdout));
    expect(await call("dags", "resume", "orders-clean")).toMatchObject({ code: 0 });
  });

  it.each([
    [["backfill", "orders-clean", "--partitions", "2026-W01"], 2, "E_PARTITION", "does not fit"],
    [["backfill", "orders-mart", "--partitions", "2026-11-22"], 2, "E_BACKFILL", "orders-mart has no partitions"],
    [["repair", "s3://lake/raw/orders", "--partition", "2026-11-22"], 2, "E_BACKFILL", "no deployed DAG makes s3://lake/raw/orders"],
    [["backfills", "cancel", "backfill-0-0"], 1, "E_BACKFILL_UNKNOWN", "backfill-0-0"],
    [["partitions", "s3://lake/clean/order"], 1, "E_ASSET_UNKNOWN", "did you mean s3://lake/clean/orders"],
  ])("refuses %j, and says why", async (args, exit, code, says) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(`error ${code}`);
    expect(ended.stderr).toContain(says);
    expect(ended).toMatchObject({ code: exit, stdout: "" });
  });

  it("tells how the registry is", async () => {
    const ended = await call("registry", "status", "--json");
    expect(ended.json()).toMatchObject({ projects: [{ project: "headgate", dags: 3 }], events: { accepted: expect.any(Number) } });
  });

  it("finds nothing wrong", async () => {
    const { code, stdout } = await call("doctor");
    expect(stdout).toMatch(/^ok +store /m);
    expect(stdout).toMatch(/^ok +registry +3 DAGs/m);
    expect(stdout).toContain("no problems");
    expect(code).toBe(0);
  });
});
