import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "./headgate.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const DAGS = `
import { existsSync } from "node:fs";
import { asset, dag, daily } from "headgate";
import { z } from "zod";
export const table = asset("postgres://warehouse/clean/orders", { schema: z.object({ rows: z.number() }) });
const days = asset("s3://lake/days/{ds}", { partitions: daily({ tz: "UTC" }) });
export const orders = dag("orders-load", { params: z.object({ rows: z.number().default(3) }) }, (d) => {
  const extract = d.task("extract", { run: (_, ctx) => { console.log("extracting", ctx.params.rows); return ctx.params.rows; } });
  d.task("load", { needs: { extract }, outlets: [table], run: ({ extract }, ctx) => {
    ctx.log.warn("about to load", { rows: extract });
    if (existsSync("broken")) throw new Error("the warehouse is away");
    ctx.publish(table, { data: { rows: extract } });
  } });
});
export const bulky = dag("bulky", {}, (d) => {
  const parts = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((id) => d.task(id, { run: () => id.repeat(250_000) }));
  d.task("last", { needs: { part: parts[9] }, after: parts, run: ({ part }, ctx) => {
    if (existsSync("broken")) throw new Error("the warehouse is away");
    ctx.log.info("has", { characters: part.length });
  } });
});
export const mart = dag("orders-mart", { on: table }, (d) => void d.task("build", { run: () => null }));
export const daysDag = dag("days", { on: days }, (d) => void d.task("build", { run: () => null }));
`;

interface Shown {
  readonly status: string;
  readonly cause: { readonly kind: string; readonly text: string };
  readonly tasks: readonly { readonly task: string; readonly status: string; readonly why: string | null }[];
  readonly reruns: readonly string[];
}

/** Runs that fail are looked into, repeated and settled from the command line. */
describe("a run that failed", () => {
  let place: Workplace;
  let failed: string;
  /** Its tasks returned 2.5 MB together. */
  let bulky: string;
  const call = (...args: string[]): Promise<Ended> => place.call(...args);
  const until: Workplace["until"] = (args, isThere) => place.until(args, isThere);
  const broken = (): string => join(place.project.root, "broken");

  beforeAll(async () => {
    place = await openWorkplace({ "dags/orders.ts": DAGS });
    await place.startWorker();
    expect(await call("deploy")).toMatchObject({ code: 0 });
    await writeFile(broken(), "");
    const ended = await call("dags", "trigger", "orders-load", "--params", '{"rows":7}', "--wait", "-o", "json");
    expect(ended.code).toBe(3);
    failed = ended.json<{ run: string }>().run;
    expect(ended.json()).toMatchObject({ status: "failed", error: expect.stringContaining("the warehouse is away") });
    await until(["runs", "list", "--status", "failed"], ({ stdout }) => stdout.includes(failed));
    const bulk = await call("dags", "trigger", "bulky", "--wait", "-o", "json");
    bulky = bulk.json<{ run: string }>().run;
  });

  afterAll(() => place?.[Symbol.asyncDispose]());

  it("shows what its tasks wrote, by ctx.log and to stdout", async () => {
    const { stdout } = await until(["runs", "logs", failed], (ended) => ended.stdout.includes("about to load"));
    expect(stdout).toMatch(/extract#1 info {2}extracting 7 stream=stdout\n.*load#1 warn {2}about to load rows=7/);
    const followed = await call("runs", "logs", failed, "load", "--level", "warn", "--follow", "-o", "jsonl");
    expect(
      followed.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([{ task: "load", text: "about to load", fields: { rows: 7 } }]);
  });

  it("is repeated from what failed: linked to the first, with its results, and what follows is triggered", async () => {
    const plan = await call("runs", "rerun", "--failed", "--dag", "orders-*", "--since", "1h", "--dry-run", "-o", "json");
    expect(plan.json()).toEqual([{ of: failed, again: ["load"], kept: ["extract"] }]);
    await rm(broken());
    const bulk = await call("runs", "rerun", "--failed", "--dag", "orders-*", "--since", "1h", "-o", "json");
    expect(bulk).toMatchObject({ code: 0, stderr: "" });
    const [{ run = "" } = {}] = bulk.json<{ run: string }[]>();
    const watched = await call("runs", "show", run, "--watch", "-o", "json");
    expect(watched.code).toBe(0);
    const shown = watched.json<Shown>();
    expect(shown).toMatchObject({ status: "succeeded", cause: { kind: "rerun", text: failed } });
    const tasks = await until(["runs", "show", run, "-o", "json"], (ended) => ended.json<Shown>().tasks.length === 2);
    expect(tasks.json<Shown>().tasks).toMatchObject([
      { task: "extract", status: "succeeded", why: `kept from ${failed}` },
      { task: "load", status: "succeeded" },
    ]);
    expect((await call("runs", "show", failed, "-o", "json")).json<Shown>().reruns).toEqual([run]);
    await until(["runs", "list", "--dag", "orders-mart", "-o", "json"], (ended) => ended.json<Shown[]>()[0]?.status === "succeeded");
  });

  it("is repeated also with more results than fit into the input of a run", async () => {
    const { run } = (await call("runs", "rerun", bulky, "--failed", "-o", "json")).json<{ run: string }>();
    expect(await call("runs", "show", run, "--watch")).toMatchObject({ code: 0 });
    await until(["runs", "logs", run, "last", "-o", "jsonl"], ({ stdout }) => stdout.includes('"characters":250000'));
  });

  it("counts as succeeded once a person says so, who has to say why", async () => {
    expect(await call("runs", "mark", "succeeded", failed)).toMatchObject({ code: 2 });
    expect(await call("runs", "mark", "succeeded", failed, "--reason", "loaded by hand")).toMatchObject({ code: 0 });
    await until(["runs", "show", failed], ({ stdout }) => /status +succeeded/.test(stdout));
  });

  it("is not started for a partition of another form, or with parameters that do not fit", async () => {
    expect(await call("dags", "run", "days", "--partition", "yesterday")).toMatchObject({ code: 2, stderr: expect.stringContaining("E_PARTITION") });
    expect(await call("dags", "trigger", "orders-load", "--params", '{"rows":"many"}')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/E_PARAMS: .*rows: .*number(.|\n)*their schema is \{"type":"object"/),
    });
  });
});
