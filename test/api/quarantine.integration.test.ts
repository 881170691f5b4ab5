import { afterAll, beforeAll, expect, it } from "vitest";
import { makeToken } from "../../api/access/new-token.ts";
import { asset, catalog, catalogFact, DAY_ONE, event, type FactOf, plan } from "../store/facts.ts";
import { type AccessWorld, createAccessWorld } from "./access/access-world.ts";

const RAW = "s3://lake/raw/orders";

let world: AccessWorld;
let n = 10;
beforeAll(async () => {
  world = await createAccessWorld();
  await world.project([
    catalogFact(1, 1, catalog("sales", { project: "sales", assets: [asset(RAW, { owner: "ana" })], dags: [plan("clean", { asset: RAW })] })),
    ...["a", "b", "c", "d"].map((id) => quarantined(id)),
  ]);
});
afterAll(() => world[Symbol.asyncDispose]());

function quarantined(id: string): FactOf<"quarantined"> {
  const { seq: _, ...rest } = event(n, { id, data: { rows: 0 }, by: "token:ci", hops: 2 });
  n += 1;
  return { kind: "quarantined", n, at: DAY_ONE + n * 1_000, event: rest, why: "rows: must be >= 1", watcher: "api:events" };
}

async function tokenWith(...scopes: string[]): Promise<{ headers: { authorization: string } }> {
  n += 1;
  const { token } = await makeToken(world.store.access.tokens, { name: `t${n}`, scopes, expiresAt: null, by: "test" });
  return { headers: { authorization: `Bearer ${token}` } };
}
const named = (...ids: string[]) => ids.map((id) => ({ source: "files:///landing", id }));

it("lists what waits, page by page, and says it with the event's story and as an alert", async () => {
  const reader = await tokenWith("read");
  const first = await world.ask("GET", "/v1/quarantine?waiting=true&limit=3", reader);
  expect(first.body.items).toMatchObject([
    { id: "d", asset: RAW, why: "rows: must be >= 1", data: { rows: 0 }, by: "token:ci", releasedAt: null },
    { id: "c" },
    { id: "b" },
  ]);
  const second = await world.ask("GET", `/v1/quarantine?waiting=true&limit=3&cursor=${first.body.next}`, reader);
  expect(second.body).toMatchObject({ items: [{ id: "a" }], next: null });
  const story = await world.ask("GET", `/v1/events/${encodeURIComponent("files:///landing")}/a/fate`, reader);
  expect(story.body).toMatchObject({ events: [], fates: [], quarantined: [{ id: "a", why: "rows: must be >= 1" }] });
  expect(await world.store.findProblems(world.now)).toMatchObject([{ kind: "events-quarantined", subject: RAW, count: 4, owner: "ana", project: "sales" }]);
});

it.each([
  ["read", 403],
  ["publish:s3://lake/raw", 403],
  ["publish:s3://lake/raw,start:finance", 403],
  ["publish:s3://lake/clean,start:sales", 403],
  ["operate:sales", 403],
])("with %s one may neither release nor drop", async (scopes, status) => {
  const token = await tokenWith(...scopes.split(","));
  expect(await world.ask("POST", "/v1/quarantine/release", { ...token, body: { events: named("a") } })).toMatchObject({ status, body: { code: "E_ACCESS" } });
  expect((await world.ask("POST", "/v1/quarantine/drop", { ...token, body: { events: named("a"), reason: "no" } })).status).toBe(status);
});

it("publishes what is released as it is, once, and writes down who did it", async () => {
  const token = await tokenWith("publish:s3://lake/raw", "start:sales");
  const release = () => world.ask("POST", "/v1/quarantine/release", { ...token, body: { events: named("a", "b"), reason: "they are right" } });
  expect(await release()).toMatchObject({ status: 200, body: { released: 2 } });
  expect(await release()).toMatchObject({ status: 200, body: { released: 0 } });
  const taken = world.registry.taken.filter(({ source }) => source === "files:///landing");
  expect(taken).toMatchObject([{ id: "a", asset: RAW, data: { rows: 0 }, by: "token:ci", hops: 2, time: "2026-11-23T00:00:10.000Z" }, { id: "b" }]);
  expect(Object.keys(taken[0] ?? {})).not.toContain("quarantine");
  const [entry] = await world.store.listQuarantined({ id: "a" });
  expect(entry).toMatchObject({ releasedAt: world.now, settledWhy: "they are right" });
  expect(await world.store.listOperations({ operation: "release-event", limit: 1 })).toMatchObject([
    { by: entry?.releasedBy, subject: "files:///landing b", why: "they are right", events: 1 },
  ]);
});

it("lets go of what is dropped, with a reason, and keeps what waits for as long as it waits", async () => {
  const token = await tokenWith("admin");
  expect((await world.ask("POST", "/v1/quarantine/drop", { ...token, body: { events: named("c") } })).status).toBe(400);
  expect(await world.ask("POST", "/v1/quarantine/drop", { ...token, body: { events: named("c"), reason: "a test" } })).toMatchObject({ body: { dropped: 1 } });
  expect(await world.ask("POST", "/v1/quarantine/drop", { ...token, body: { events: named("nobody"), reason: "x" } })).toMatchObject({ status: 404 });
  world.now += 400 * 86_400_000;
  await world.store.retain();
  expect((await world.store.listQuarantined()).map(({ id }) => id)).toEqual(["d"]);
});

it("what is put aside again waits again", async () => {
  const token = await tokenWith("admin");
  await world.ask("POST", "/v1/quarantine/drop", { ...token, body: { events: named("d"), reason: "a test" } });
  expect(await world.store.listQuarantined({ waiting: true })).toEqual([]);
  const again = quarantined("d");
  await world.project([again, again]);
  expect(await world.store.listQuarantined({ waiting: true })).toMatchObject([{ id: "d", droppedBy: null }]);
});

it("an event says who published it by the API", async () => {
  const token = await tokenWith("admin");
  await world.ask("POST", "/v1/events", { ...token, body: { asset: "s3://lake/x", id: "of-mine" } });
  expect(world.registry.taken.at(-1)).toMatchObject({ id: "of-mine", by: expect.stringMatching(/^token:t\d+$/) });
  await world.project([
    { kind: "event", n: 900, at: world.now, event: event(900, { at: world.now, by: "token:ci", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` }) },
  ]);
  const [listed] = (await world.ask("GET", "/v1/events?id=file-900", token)).body.items;
  expect(listed).toMatchObject({ by: "token:ci", traceparent: expect.stringMatching(/^00-a+-b+-01$/) });
});
