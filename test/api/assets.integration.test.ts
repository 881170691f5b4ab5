import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asset, catalog, catalogFact, DAY_ONE, event, eventFact, plan } from "../store/facts.ts";
import { anyRequest } from "./anything.ts";
import { createReadWorld, type ReadWorld } from "./read-world.ts";

const RAW = "s3://lake/raw/orders";
const at = (path: string): string => `/v1/assets/${encodeURIComponent(RAW)}${path}`;

const LAKE = catalog("lake", {
  assets: [asset(RAW, { owner: "data", tags: ["raw"], groups: ["sales"], meta: { at: 7 } }), asset("s3://lake/clean/50% off?x=1&y=2")],
  dags: [plan("orders-clean", { asset: RAW }, ["s3://lake/clean/orders"])],
});

let world: ReadWorld;
beforeAll(async () => {
  world = await createReadWorld();
  // The first five were accepted in one millisecond: only their number tells them apart.
  const events = Array.from({ length: 12 }, (_, index) =>
    event(index + 1, { at: DAY_ONE + Math.max(0, index - 4) * 1_000, partition: index % 2 === 0 ? "eu" : null }),
  );
  await world.project([catalogFact(100, 1, LAKE), ...events.map((one, index) => eventFact(index + 1, one))]);
});
afterAll(() => world[Symbol.asyncDispose]());

async function allPages(path: string): Promise<{ id: string; asset: string }[]> {
  const found: { id: string; asset: string }[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const { body }: { body: { items: { id: string; asset: string }[]; next: string | null } } = await world.get(
      `${path}${path.includes("?") ? "&" : "?"}${next === "" ? "" : `cursor=${next}`}`,
    );
    found.push(...body.items);
    next = body.next;
  }
  return found;
}

it("lists assets in order of their URI, and finds them by what was deployed", async () => {
  const { body } = await world.get("/v1/assets");
  expect(body.items.map(({ asset: uri }: { asset: string }) => uri)).toEqual(["s3://lake/clean/50% off?x=1&y=2", "s3://lake/clean/orders", RAW]);
  expect(body.next).toBeNull();
  for (const filter of ["search=raw", "owner=data", "tag=raw", "group=sales"]) {
    const found = await world.get(`/v1/assets?${filter}`);
    expect(found.body.items, filter).toMatchObject([{ asset: RAW, version: 12, definition: { meta: { at: 7 } } }]);
  }
});

it("shows an asset as the command line does, with instants as people write them", async () => {
  expect((await world.get(at(""))).body).toMatchObject({
    ...{ asset: RAW, version: 12, partitions: 1, firstAt: "2026-11-23T00:00:00.000Z", project: "headgate", definitionVersion: 1 },
    last: { id: "file-12", at: "2026-11-23T00:00:07.000Z", time: "2026-11-23T00:00:07.000Z", partition: null },
  });
});

it("finds an asset whose URI has a percent sign and a query", async () => {
  const { body } = await world.get("/v1/assets");
  const [strange] = body.items;
  expect((await world.get(`/v1/assets/${encodeURIComponent(strange.asset)}`)).body).toMatchObject({ asset: strange.asset });
});

it.each(["", "partition=eu", "partition="])("turns over all events of an asset, %s, each once, however small the pages", async (filter) => {
  const whole = await world.get(at(`/events?${filter}`));
  const ids = whole.body.items.map(({ id }: { id: string }) => id);
  expect(ids).toHaveLength(filter === "" ? 12 : 6);
  for (const limit of [1, 5, ids.length]) expect((await allPages(at(`/events?${filter}&limit=${limit}`))).map(({ id }) => id)).toEqual(ids);
});

it("shows the events of a time, its start included and its end not", async () => {
  const { body } = await world.get(at("/events?since=2026-11-23T00:00:03Z&until=2026-11-23T01:00:05%2B01:00"));
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["file-9", "file-8"]);
});

it("gives a reader who has this answer already no body, until something changes", async () => {
  const { headers } = await world.get(at(""));
  expect(await world.get(at(""), { "if-none-match": headers.get("etag") ?? "" })).toMatchObject({ status: 304, body: undefined });
  await world.project([eventFact(40, event(40, { asset: "s3://lake/clean/orders" }))]);
  expect((await world.get(at(""), { "if-none-match": headers.get("etag") ?? "" })).status).toBe(304);
  expect((await world.get("/v1/assets", { "if-none-match": (await world.get("/v1/assets?limit=1")).headers.get("etag") ?? "" })).status).toBe(200);
});

it.each([
  ["an asset that nobody named", `/v1/assets/${encodeURIComponent("s3://lake/nowhere")}`, 404, "E_ASSET_UNKNOWN", undefined],
  ["events of an asset that nobody named", `/v1/assets/${encodeURIComponent("s3://lake/nowhere")}/events`, 404, "E_ASSET_UNKNOWN", undefined],
  ["what is no URI", "/v1/assets/orders", 400, "E_ASSET_URI", undefined],
  ["a filter that is not known", "/v1/assets?ownr=data", 400, "E_API_REQUEST", "query"],
  ["a limit that is none", "/v1/assets?limit=0", 400, "E_API_REQUEST", "query limit"],
  ["a NUL, which the store cannot hold", "/v1/assets?search=%00", 400, "E_API_REQUEST", undefined],
  ["a filter given twice", "/v1/assets?owner=a&owner=b", 400, "E_API_REQUEST", "query owner"],
  ["an instant without a zone", at("/events?since=2026-11-23T00:00:00"), 400, "E_API_REQUEST", "query since"],
  ["a cursor that is none", "/v1/assets?cursor=abc", 400, "E_API_CURSOR", "query cursor"],
  ["a path that is not there", "/v1/nowhere", 404, "E_API_REQUEST", undefined],
])("refuses %s with a problem that says where", async (_, path, status, code, where) => {
  const { body, headers } = await world.get(path);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ status, code, type: `/docs/errors.md#${code.toLowerCase()}`, title: expect.any(String), detail: expect.any(String) });
  expect(body.where).toBe(where);
});

it("takes a cursor back only for the list and the filters that it was given for", async () => {
  const { body } = await world.get(at("/events?limit=1&partition=eu"));
  expect(body.next).not.toBeNull();
  expect((await world.get(at(`/events?limit=2&partition=eu&cursor=${body.next}`))).status).toBe(200);
  expect((await world.get(at(`/events?limit=1&cursor=${body.next}`))).body).toMatchObject({ code: "E_API_CURSOR" });
  expect((await world.get(`/v1/assets?cursor=${body.next}`)).body).toMatchObject({ code: "E_API_CURSOR" });
});

it("answers any query and any path with what is there, or says what is wrong with it: never that it cannot", async () => {
  const paths = ["/v1/assets", "/v1/assets/{asset}", "/v1/assets/{asset}/events", "/v1/assets/{asset}/metadata", "/v1/assets/{asset}/partitions"];
  const names = ["limit", "cursor", "search", "owner", "tag", "group", "partition", "since", "from", "to", "status", "x"];
  await fc.assert(
    fc.asyncProperty(anyRequest(paths, names, [RAW, "eu", "1", "2026-11-23T00:00:00Z"]), async (path) => {
      expect([200, 400, 404]).toContain((await world.get(path)).status);
    }),
    { numRuns: 200 },
  );
  expect(world.lines).toEqual([]);
});
