import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ApiProcess, startApi } from "./api-process.ts";
import { type Ended, headgate } from "./headgate.ts";
import { untilSaid } from "./until-said.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

const DAGS = `
import { all, asset, dag } from "headgate";
const orders = asset("s3://lake/raw/orders");
export const clean = dag("clean", { on: orders }, (d) => { d.task("load", { run: () => 1 }); });
export const mart = dag("mart", { on: all(orders, asset("s3://lake/rates")) }, (d) => { d.task("build", { run: () => 1 }); });
export const slow = dag("slow", {}, (d) => {
  d.task("wait", { run: (_, ctx) => new Promise((_resolve, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))) });
});
`;

const PATIENCE = 90_000;
let place: Workplace;
let api: ApiProcess;
/** Neither a project nor the address of a server. */
let elsewhere: string;
let token: string;

const withToken = (...args: string[]): Promise<Ended> => headgate(args, { cwd: elsewhere, env: { HEADGATE_API: api.url, HEADGATE_TOKEN: token } });
const overServers = (...args: string[]): Promise<Ended> => place.call(...args);
const withoutStore = (...args: string[]): Promise<Ended> =>
  headgate(args, { cwd: place.project.root, env: { ...place.env, HEADGATE_DATABASE_URL: undefined } });

beforeAll(async () => {
  place = await openWorkplace({ "dags/orders.ts": DAGS });
  elsewhere = await mkdtemp(join(tmpdir(), "headgate-elsewhere-"));
  await place.startWorker();
  expect(await overServers("deploy")).toMatchObject({ code: 0 });
  token = (await overServers("tokens", "create", "ci", "--scopes", "read,publish:s3://lake/raw,start")).stdout.trim();
  api = await startApi(place.project.root, place.env);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await rm(elsewhere, { recursive: true, force: true });
  await place?.[Symbol.asyncDispose]();
});

it("a token alone publishes and reads, and sees what Temporal and Postgres show", async () => {
  expect(await withToken("publish", "s3://lake/raw/orders", "--id", "o-1")).toMatchObject({ code: 0, stderr: "" });
  await untilSaid(withToken, ["explain", "--event", "o-1"], ({ stdout }) => /clean +consumed/.test(stdout) && /mart +pending/.test(stdout), PATIENCE);
  const explained = ["explain", "mart", "--json"];
  expect((await withToken(...explained)).json()).toEqual((await overServers(...explained)).json());
  const done = ["runs", "list", "--status", "succeeded", "--json"];
  const runs = await untilSaid(withToken, done, ({ stdout }) => stdout.includes('"dag": "clean"'), PATIENCE);
  expect((await overServers(...done)).json()).toEqual(runs.json());
});

it("a token does not do what it may not, and learns nothing from the refusal", async () => {
  const refused = await withToken("dags", "pause", "mart");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain('error E_ACCESS: token:ci may not operate DAG "mart"');
  expect(refused.stderr).toContain("fix:   it needs the scope operate:<project>");
  expect((await withToken("publish", "s3://lake/rates")).stderr).toContain('E_ACCESS: token:ci may not publish "s3://lake/rates"');
  const unknown = await headgate(["dags", "list"], { cwd: elsewhere, env: { HEADGATE_API: api.url } });
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("E_API_TOKEN") });
});

it("over the servers a person is administrator, and stands in the record by their own name", async () => {
  expect((await overServers("dags", "pause", "mart", "--reason", "the rates are late")).stdout).toContain("mart is paused");
  await untilSaid(withToken, ["registry", "status"], ({ stdout }) => /paused +mart +the rates are late/.test(stdout), PATIENCE);
  expect((await overServers("explain", "marte")).stderr).toContain("did you mean mart?");
});

it("without a store it publishes, explains, pauses, starts, waits and stops", async () => {
  expect(await withoutStore("publish", "s3://lake/rates", "--id", "r-1")).toMatchObject({ code: 0, stderr: "" });
  await untilSaid(withoutStore, ["explain", "mart"], ({ stdout }) => stdout.includes("2 events pending"), PATIENCE);
  expect(await withoutStore("explain", "--event", "r-1")).toMatchObject({ code: 0, stderr: expect.stringContaining("what the store knows is missing") });
  expect((await withoutStore("dags", "list")).stdout).toMatch(/^mart +paused +2 /m);
  expect((await withoutStore("dags", "resume", "mart")).stdout).toContain("mart is active");
  const ended = await withoutStore("dags", "run", "clean", "--id", "clean/by-hand", "--wait");
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("clean/by-hand succeeded") });
  expect(ended.stderr).toContain("this is not among the operations of the store");
  expect((await withoutStore("dags", "run", "slow", "--id", "slow/1")).code).toBe(0);
  expect((await withoutStore("runs", "cancel", "slow/1")).stdout).toContain("asked slow/1 to stop");
  expect(await withoutStore("runs", "list")).toMatchObject({ code: 2, stderr: expect.stringContaining("E_CONFIG") });
});
