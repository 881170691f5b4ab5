import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeToken } from "../../api/access/new-token.ts";
import { ERROR_CODES } from "../../core/error-codes.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { type ActionWorld, createActionWorld } from "./action-world.ts";
import { type ApiDocument, anyCall, type Call, type Described, describedIn } from "./any-call.ts";

/** Longer than anything may take here, in milliseconds. */
const HANGS = 20_000;
const KNOWN = [
  "clean",
  "mart",
  "ledger",
  "lake://raw",
  "lake://payments",
  "arrivals",
  "pushes",
  "sales",
  "finance",
  "2026-11-23",
  "asset-registry",
  "clean/1-1",
];

let world: ActionWorld;
let operations: readonly Described[];
const tokens = new Map<string, string>();
beforeAll(async () => {
  await loadWorkflowBundle();
  world = await createActionWorld();
  operations = describedIn((await (await world.app.request("/v1/openapi.json")).json()) as ApiDocument).filter(({ path }) => path !== "/v1/registry/hold");
  tokens.set("an administrator", await world.token("admin"));
  tokens.set("somebody of another project", await world.token("read,operate:finance,publish:lake://payments"));
  tokens.set("a publisher", await world.token("publish:lake://raw/below"));
  const { tokens: stored } = world.store.access;
  const make = async (name: string, expiresAt: number | null) => (await makeToken(stored, { name, scopes: ["admin"], expiresAt, by: "test" })).token;
  tokens.set("a token that is over", await make("over", Date.now() - 1_000));
  tokens.set("a revoked token", await make("gone", null));
  await stored.revoke("gone", "test");
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** What an answer may never have, however it is asked for. */
const LEAKS = /\n\s+at |node_modules|\.ts:\d|:\/\/[^/\s"]+:[^@/\s"]+@|hg_[\w-]{20}|select .+ from|insert into/i;

async function answerTo({ method, path, headers, body }: Call, authorization: string | undefined): Promise<{ status: number; body: unknown }> {
  const leave = new AbortController();
  const request = new Request(`http://localhost:7280${path}`, {
    ...{ method, signal: leave.signal, headers: { host: "localhost:7280", ...headers, ...(authorization === undefined ? {} : { authorization }) } },
    ...(body === undefined ? {} : { body }),
  });
  const late = setTimeout(() => leave.abort(), HANGS);
  const response = await world.app.request(request);
  const type = response.headers.get("content-type") ?? "";
  // A stream ends when it is left.
  if (type.startsWith("text/event-stream")) {
    clearTimeout(late);
    await response.body?.cancel();
    return { status: response.status, body: undefined };
  }
  const text = await response.text();
  clearTimeout(late);
  expect(leave.signal.aborted, "it hangs").toBe(false);
  // A token that was made is told once.
  if (!path.startsWith("/v1/tokens") || response.status >= 400) expect(text, "it leaks").not.toMatch(LEAKS);
  expect(response.headers.has("x-injected"), "a header is injected").toBe(false);
  if (response.status < 400) return { status: response.status, body: undefined };
  expect(type).toBe("application/problem+json");
  const problem = JSON.parse(text) as { code: string; status: number; title: string; detail: string };
  expect(problem.status).toBe(response.status);
  expect(ERROR_CODES).toHaveProperty(problem.code);
  expect(problem.detail).toBeTruthy();
  return { status: response.status, body: problem };
}

async function callsBy(authorization: string | undefined, allowed: readonly number[], numRuns: number): Promise<void> {
  const found: string[] = [];
  const seed = Date.now();
  for (const call of fc.sample(anyCall(operations, KNOWN), { numRuns, seed })) {
    try {
      const { status, body } = await answerTo(call, authorization);
      expect(allowed, JSON.stringify(body)).toContain(status);
    } catch (error) {
      found.push(
        `${call.method} ${call.path.slice(0, 300)} ${call.body?.slice(0, 300)} ${JSON.stringify(call.headers).slice(0, 100)}\n  ${String(error).slice(0, 600)}`,
      );
    }
  }
  expect(found, `with the seed ${seed}`).toEqual([]);
}

it("answers an administrator, whatever is asked, with what it is or with a problem of the asker", { timeout: 120_000 }, async () => {
  await callsBy(`Bearer ${tokens.get("an administrator")}`, [200, 201, 202, 204, 304, 400, 404, 405, 409, 413, 415, 422, 429], 120);
  expect(world.lines).toEqual([]);
});

it.each([
  ["somebody of another project", 40],
  ["a publisher", 25],
])("answers %s with no more than they may have", { timeout: 120_000 }, async (who, numRuns) => {
  await callsBy(`Bearer ${tokens.get(who)}`, [200, 202, 204, 400, 403, 404, 409, 413, 415, 422, 429], numRuns);
  expect(world.lines).toEqual([]);
});

it.each([
  ["a token that is over", () => `Bearer ${tokens.get("a token that is over")}`],
  ["a revoked token", () => `Bearer ${tokens.get("a revoked token")}`],
  ["a forged token", () => `Bearer hg_${"A".repeat(43)}`],
  ["another scheme", () => "Basic YWRhOmFkYQ=="],
  ["a token with a quote", () => "Bearer ' or 1=1 --"],
  ["nothing after the scheme", () => "Bearer "],
])("refuses %s everywhere before it looks at anything else", async (_, authorization) => {
  const open = ["/v1/sign-in", "/v1/sign-out", "/v1/webhooks", "/v1/openapi"];
  for (const { method, path } of operations.filter((one) => !open.some((begin) => one.path.startsWith(begin)))) {
    const call = {
      method,
      path: path.replace(/\{\w+\}/g, "clean"),
      headers: { "content-type": "application/json" },
      ...(method === "GET" ? {} : { body: "{}" }),
    };
    const { status, body } = await answerTo(call, authorization());
    expect([401, 429], `${method} ${path}: ${JSON.stringify(body)}`).toContain(status);
  }
});

const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const nested = (depth: number): string => `${'{"all":['.repeat(depth)}{"asset":"lake://raw"}${"]}".repeat(depth)}`;
const long = "x".repeat(100_000);
const encoded = encodeURIComponent;

it.each<[string, string, string | undefined]>([
  ["data that is nested deeply", "/v1/events", `{"asset":"lake://deep","data":${deep(100_000)}}`],
  ["data that is nested a little less", "/v1/events", `{"asset":"lake://deep","data":${deep(3_000)}}`],
  ["a CloudEvent that is nested deeply", "/v1/events", `{"specversion":"1.0","id":"1","source":"lake://deep","type":"x","data":${deep(50_000)}}`],
  ["numbers that are none", "/v1/events", '{"asset":"lake://x","data":{"n":1e999,"m":-1e999}}'],
  ["keys that JavaScript has itself", "/v1/events", '{"asset":"lake://x","data":{"__proto__":{"a":1},"constructor":1,"toString":2}}'],
  ["a key twice", "/v1/events", '{"asset":"lake://x","asset":"lake://y"}'],
  [
    "NUL in every field",
    "/v1/events",
    '{"asset":"lake://x\\u0000","id":"\\u0000","source":"\\u0000","partition":"\\u0000","groups":["\\u0000"],"data":{"\\u0000":"\\u0000"}}',
  ],
  ["half a character", "/v1/events", '{"asset":"lake://x","id":"\\ud800","data":{"a":"\\udfff"}}'],
  ["names of any length", "/v1/events", JSON.stringify({ asset: `lake://${long}`, id: long, source: long, partition: long })],
  ["many groups", "/v1/events", JSON.stringify({ asset: "lake://x", groups: Array.from({ length: 50_000 }, (_, n) => `g${n}`) })],
  ["an instant far away", "/v1/events", '{"asset":"lake://x","time":"+275760-09-13T00:00:00Z"}'],
  ["an instant before all", "/v1/events", '{"asset":"lake://x","time":"0000-01-01T00:00:00Z"}'],
  ["a partition that is none", "/v1/events", '{"asset":"lake://days","partition":"9999999-99-99"}'],
  ["parameters that are nested deeply", "/v1/dags/clean/trigger", `{"params":${deep(50_000)}}`],
  ["an id that is none", "/v1/dags/slow/trigger", '{"id":"slow/\\u0000"}'],
  ["a long id", "/v1/dags/slow/trigger", JSON.stringify({ id: `slow/${long}` })],
  ["a long key", "/v1/dags/mart/fire", JSON.stringify({ key: long, reason: "x" })],
  ["NUL in a key", "/v1/dags/mart/clear", '{"key":"\\u0000","reason":"\\u0000"}'],
  ["all of time", "/v1/backfills", '{"dag":"days","partitions":"0001-01-01..9999-12-31"}'],
  ["nothing of it", "/v1/backfills", '{"dag":"days","partitions":".."}'],
  ["far too many at once", "/v1/backfills", '{"dag":"days","partitions":["2026-01-01"],"parallel":1e300}'],
  ["many keys", "/v1/backfills", JSON.stringify({ dag: "days", partitions: Array.from({ length: 50_000 }, () => "2026-01-01"), dryRun: true })],
  ["all of time, made anew", `/v1/assets/${encoded("lake://made")}/repair`, '{"partitions":{"from":"0001-01-01","to":"9999-12-31"}}'],
  ["a glob that is hard to match", "/v1/runs/cancel", JSON.stringify({ dags: "*a".repeat(5_000) })],
  ["NUL as a partition", "/v1/runs/rerun", '{"partition":"\\u0000"}'],
  ["a run that is none", `/v1/runs/${encoded(`clean/${"1".repeat(2_000)}`)}/cancel`, "{}"],
  ["a condition that is nested deeply", "/v1/simulate", `{"scenario":{"dags":{"d":{"on":${nested(5_000)}}},"timeline":[]}}`],
  ["a condition that is nested deeply, replayed", "/v1/replay", `{"dag":"mart","on":${nested(5_000)}}`],
  [
    "many names of what is in quarantine",
    "/v1/quarantine/release",
    JSON.stringify({ events: Array.from({ length: 1_001 }, () => ({ source: "a", id: "b" })) }),
  ],
  ["NUL as a name", "/v1/quarantine/release", '{"events":[{"source":"\\u0000","id":"\\u0000"}]}'],
  ["a position that is nested deeply", "/v1/watchers/arrivals/reset", `{"to":${deep(20_000)},"deliver":"skip"}`],
  ["a dead letter that is none", "/v1/watchers/pushes/dead-letters/redrive", `{"ids":["\\u0000"]}`],
  ["a token with a strange name", "/v1/tokens", JSON.stringify({ name: long, scopes: ["read\0"] })],
  ["all of time", `/v1/assets/${encoded("lake://made")}/partitions?from=0001-01-01&to=9999-12-31`, undefined],
  ["more steps than there are", `/v1/lineage?asset=${encoded("lake://raw")}&up=999999999`, undefined],
  ["an instant far away", `/v1/events?since=${encoded("+275760-09-13T00:00:00Z")}`, undefined],
  ["an instant before all", "/v1/runs?since=-271821-04-20T00:00:00Z", undefined],
  ["a limit in another base", "/v1/runs?limit=0x10", undefined],
  ["a prefix of any length", `/v1/events?prefix=${"x".repeat(8_000)}`, undefined],
  ["a prefix that is half a character", "/v1/events?prefix=%ED%A0%80", undefined],
  ["a filter twice", "/v1/events?source=a&source=b", undefined],
])("%s at %s harms nothing", { timeout: HANGS * 2 }, async (_, path, body) => {
  const call = { method: body === undefined ? "GET" : "POST", path, headers: { "content-type": "application/json" }, ...(body === undefined ? {} : { body }) };
  const answer = await answerTo(call, `Bearer ${tokens.get("an administrator")}`);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
  expect(world.lines).toEqual([]);
});

it.each([
  ["DELETE", "/v1/assets"],
  ["PUT", "/v1/dags/clean/pause"],
  ["PATCH", "/v1/runs"],
  ["GET", "/v1/dags/clean/pause"],
  ["POST", "/v1/nothing"],
])("has a problem for %s %s, which there is not", async (method, path) => {
  expect(await answerTo({ method, path, headers: {} }, `Bearer ${tokens.get("an administrator")}`)).toMatchObject({
    status: 404,
    body: { code: "E_API_REQUEST" },
  });
});
