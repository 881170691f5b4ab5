import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporalCli } from "../faults/temporal-cli.ts";
import type { Ended } from "./headgate.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const DAGS = `
import { all, asset, dag } from "headgate";
const orders = asset("s3://lake/orders");
const rates = asset("s3://lake/rates");
export const clean = dag("clean", { on: orders }, (d) => { d.task("load", { run: () => 1 }); });
export const mart = dag("mart", { on: all(orders, rates) }, (d) => { d.task("build", { run: () => 1 }); });
`;

/** An operator's day, on real servers: the tests follow one another. */
describe("what operators do", () => {
  let place: Workplace;
  const call = (...args: string[]): Promise<Ended> => place.call(...args);
  const until: Workplace["until"] = (args, isThere) => place.until(args, (ended) => ended.code === 0 && isThere(ended));

  beforeAll(async () => {
    place = await openWorkplace({ "dags/orders.ts": DAGS });
    await place.startWorker();
    expect(await call("deploy")).toMatchObject({ code: 0 });
  });

  afterAll(() => place?.[Symbol.asyncDispose]());

  it("hold the whole registry: what is published gathers, and explain says who holds it", async () => {
    const paused = await call("registry", "pause", "--reason", "maintenance");
    expect(paused).toMatchObject({ code: 0, stdout: expect.stringContaining("the registry is held") });
    await call("publish", "s3://lake/orders", "--id", "o-1");
    const { stdout } = await until(["explain", "clean"], (ended) => ended.stdout.includes("1 event pending"));
    expect(stdout).toMatch(/^the whole registry is held .* by .*: `headgate registry resume`$/m);
    expect((await call("dags", "run", "mart", "--with-pending")).stderr).toContain("error E_REGISTRY_HELD");
  });

  it("list what is pending, and let the registry go on", async () => {
    const listed = await call("pending", "list", "clean");
    expect(listed.stdout).toMatch(/^1 event pending for clean in 1 key$/m);
    expect(listed.stdout).toMatch(/o-1 +external +s3:\/\/lake\/orders/);
    expect(await call("registry", "resume")).toMatchObject({ code: 0, stdout: expect.stringContaining("the registry goes on") });
    await until(["pending", "list", "clean"], (ended) => ended.stdout.startsWith("nothing is pending"));
    const status = await until(["registry", "status"], (ended) => ended.stdout.includes("let the registry go on"));
    expect(status.stdout).toMatch(/held the registry +maintenance$/m);
  });

  it("hold it by the Temporal CLI too", async () => {
    const update = (name: string): Promise<string> =>
      temporalCli(
        place.world,
        "workflow",
        "update",
        "execute",
        "--workflow-id",
        `${place.world.environment}-asset-registry`,
        "--name",
        name,
        "--input",
        '{"by":"temporal"}',
      );
    expect(await update("pauseRegistry")).toContain("did:true");
    expect((await call("registry", "status", "--json")).json()).toMatchObject({ held: { by: "temporal" } });
    expect(await update("resumeRegistry")).toContain("did:true");
  });

  it("start a DAG with what has gathered, though the rest is missing", async () => {
    const { code, stdout } = await call("dags", "run", "mart", "--with-pending", "--wait");
    expect(stdout).toMatch(/^started 1 run of mart with 1 event\n {2}mart\/\S+ succeeded$/m);
    expect(code).toBe(0);
    expect((await call("dags", "run", "mart", "--with-pending")).stdout).toContain("nothing has gathered for mart");
    const { stdout: why } = await until(["explain", "--event", "o-1"], (ended) => /mart +consumed/.test(ended.stdout));
    expect(why).toContain("consumed");
  });

  it("clear what is pending, and must say why", async () => {
    await call("publish", "s3://lake/orders", "--id", "o-2");
    await until(["pending", "list", "mart"], (ended) => ended.stdout.includes("o-2"));
    expect(await call("pending", "clear", "mart")).toMatchObject({ code: 2, stderr: expect.stringContaining("--reason") });
    expect((await call("pending", "clear", "mart", "--reason", "loaded by hand")).stdout).toContain("cleared 1 pending event of mart");
    const { stdout } = await until(["events", "show", "o-2"], (ended) => ended.stdout.includes("dropped"));
    expect(stdout).toMatch(/mart .*cleared by .*: loaded by hand/);
  });

  it("give an event to one DAG again, once for a request", async () => {
    const args = ["events", "redeliver", "o-2", "--to", "clean", "--reason", "bug 7", "--request-id", "fix-7"];
    expect((await until(args, () => true)).stdout).toContain("gave 1 event to clean again");
    expect((await call(...args)).stdout).toContain("nothing was given to clean");
    const runs = await until(
      ["runs", "list", "--dag", "clean", "--json"],
      (ended) => ended.json<{ status: string }[]>().filter(({ status }) => status === "succeeded").length === 3,
    );
    expect(runs.json<{ events: number }[]>().map(({ events }) => events)).toEqual([1, 1, 1]);
    const { stdout } = await until(["events", "show", "o-2"], (ended) => ended.stdout.includes("redelivered"));
    expect(stdout).toMatch(/clean .*redelivered by .*: bug 7/);
  });

  it("replay the events of an asset to one DAG, once for a request", async () => {
    expect((await call("events", "list", "--asset", "s3://lake/orders")).stdout.match(/o-[12]/g)).toEqual(["o-2", "o-1"]);
    const args = ["events", "replay", "--asset", "s3://lake/orders", "--since", "1h", "--to", "mart", "--request-id", "again-1"];
    expect((await call(...args)).stdout).toContain("gave 2 events to mart again");
    expect((await call(...args)).stdout).toContain("nothing was given to mart");
    expect((await call("pending", "list", "mart")).stdout).toMatch(/^2 events pending/m);
  });

  it.each([
    [["events", "replay", "--asset", "s3://lake/orders", "--since", "yesterday", "--to", "mart"], 2, "E_USAGE"],
    [["events", "redeliver", "nothing", "--to", "mart"], 1, "E_EVENT_UNKNOWN"],
    [["events", "redeliver", "o-1", "--to", "marte"], 1, "did you mean mart?"],
    [["pending", "list", "marte"], 1, "did you mean mart?"],
    [["dags", "run", "mart", "--with-pending", "--partition", "x"], 2, "--key"],
  ] as const)("are told what is wrong with %j", async (args, code, says) => {
    const ended = await call(...args);
    expect(ended.stderr).toContain(says);
    expect(ended.code).toBe(code);
  });

  it("see what was sent by hand and could not be taken, and why", async () => {
    const send = (input: string) =>
      temporalCli(place.world, "workflow", "signal", "--workflow-id", `${place.world.environment}-asset-registry`, "--name", "assetUpdated", "--input", input);
    await send('{"asset":"s3://lake/orders","colour":"red"}');
    await send('{"asset":"s3://lake/oders","id":"typing-error"}');
    const { stdout } = await until(["events", "rejected"], (ended) => ended.stdout.includes("colour"));
    expect(stdout).toMatch(/E_EVENT {2}an event has no field "colour"; its fields are asset, id, .*\n {2}\{"asset":"s3:\/\/lake\/orders","colour":"red"\}/);
    expect((await until(["registry", "warnings"], (ended) => ended.stdout.includes("oders"))).stdout).toMatch(/W_UNKNOWN_ASSET {2}no deployed DAG names/);
    expect((await call("registry", "status")).stdout).toMatch(/^rejected +1 in 24 h: `headgate events rejected`$/m);
    expect((await call("events", "rejected", "--code", "E_ASSET_URI")).stdout).toBe("nothing was rejected\n");
  });
});
