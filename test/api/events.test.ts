import { request } from "node:http";
import { expect, it } from "vitest";
import { serveApi } from "../../cli/serve-api.ts";
import { HeadgateError } from "../../core/errors.ts";
import { createApiWorld } from "./api-world.ts";

const raw = { asset: "s3://lake/raw/orders" };
const cloudEvent = {
  specversion: "1.0",
  id: "e1",
  source: "/shop",
  type: "order.created",
  time: "2026-11-23T08:00:00Z",
  asset: "s3://lake/raw/orders",
  data: { rows: 3 },
};

it.each([
  ["one event", { ...raw, id: "a" }, {}, [{ ...raw, id: "a", source: "http" }]],
  [
    "many",
    [
      { ...raw, id: "a" },
      { ...raw, id: "b", data: { rows: 3 }, partition: "2026-11-23" },
    ],
    {},
    [{ id: "a" }, { id: "b", data: { rows: 3 }, partition: "2026-11-23" }],
  ],
  ["an event whose URI is written otherwise", { asset: "S3://lake//raw/orders/", id: "a" }, {}, [{ asset: "s3://lake/raw/orders" }]],
  [
    "a CloudEvent",
    cloudEvent,
    { "content-type": "application/cloudevents+json" },
    [{ ...raw, id: "e1", source: "/shop", time: "2026-11-23T08:00:00Z", data: { rows: 3 } }],
  ],
  ["a CloudEvent as plain JSON", cloudEvent, {}, [{ ...raw, id: "e1", source: "/shop" }]],
  [
    "a batch of CloudEvents",
    [cloudEvent, { ...cloudEvent, id: "e2", partitionkey: "2026-11-23" }],
    { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
    [{ id: "e1" }, { id: "e2", partition: "2026-11-23" }],
  ],
  [
    "a CloudEvent in headers",
    { rows: 3 },
    { "ce-specversion": "1.0", "ce-id": "e1", "ce-source": "/shop", "ce-type": "t", "ce-subject": "s3://lake/raw/orders%20x" },
    [{ asset: "s3://lake/raw/orders x", id: "e1", source: "/shop", data: { rows: 3 } }],
  ],
  ["a CloudEvent without data", { ...cloudEvent, data: undefined }, {}, [{ data: { type: "order.created" } }]],
  ["a CloudEvent whose data is no object", { ...cloudEvent, data: [1, 2] }, {}, [{ data: { type: "order.created", value: [1, 2] } }]],
])("takes %s", async (_, body, headers, expected) => {
  await using world = await createApiWorld();
  const { status, body: answer } = await world.post("/v1/events", body, headers as Record<string, string>);
  expect([status, answer]).toEqual([202, { accepted: expected.length, ids: world.registry.taken.map(({ id }) => id) }]);
  expect(world.registry.taken).toMatchObject(expected);
});

it("gives an event without an id one of its own", async () => {
  await using world = await createApiWorld();
  await world.post("/v1/events", [raw, raw]);
  expect(new Set(world.registry.taken.map(({ id }) => id)).size).toBe(2);
});

it("counts the same id once, however many send it at once", async () => {
  await using world = await createApiWorld();
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.post("/v1/events", { ...raw, id: "a" })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(world.registry.taken).toHaveLength(1);
});

it("answers 503 with Retry-After while the registry is not reachable, without saying where it is, and loses nothing", async () => {
  await using world = await createApiWorld();
  world.reachable = false;
  const refused = await world.post("/v1/events", { ...raw, id: "a" });
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(refused.body).toEqual({
    ...{ type: "/docs/errors.md#e_registry_unreachable", title: "the registry does not exist or does not answer", status: 503, instance: "/v1/events" },
    ...{ code: "E_REGISTRY_UNREACHABLE", detail: "what was posted could not be accepted now", hint: expect.stringContaining("send the same again") },
  });
  expect(JSON.stringify(refused.body)).not.toContain("10.0.0.7");
  expect(world.lines).toEqual([expect.stringContaining("10.0.0.7")]);
  world.reachable = true;
  expect((await world.post("/v1/events", { ...raw, id: "a" })).status).toBe(202);
  expect(world.registry.taken.map(({ id }) => id)).toEqual(["a"]);
});

it.each([
  ["a body that is no JSON", "{broken", {}, 400, "E_API_REQUEST"],
  ["another content type", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "E_API_REQUEST"],
  ["no event at all", [], {}, 400, "E_API_REQUEST"],
  ["a header with half an escape", {}, { "ce-specversion": "1.0", "ce-id": "50%", "ce-source": "/shop", "ce-type": "t" }, 400, "E_API_REQUEST"],
  ["an event without an asset", { id: "a" }, {}, 400, "E_EVENT"],
  ["an asset that is no URI", { asset: "orders" }, {}, 400, "E_ASSET_URI"],
  ["a field that is not known", { ...raw, partitions: "x" }, {}, 400, "E_EVENT"],
  ["a time without a zone", { ...raw, time: "2026-11-23T08:00:00" }, {}, 400, "E_EVENT"],
  ["a CloudEvent without an id", { ...cloudEvent, id: undefined }, {}, 400, "E_EVENT"],
  ["an event that is too large", { ...raw, data: { x: "x".repeat(200_000) } }, {}, 413, "E_EVENT_SIZE"],
  ["a body that is too large", "x".repeat(1_100_000), {}, 413, "E_API_REQUEST"],
])("refuses %s, and takes nothing of it", async (_, body, headers, status, code) => {
  await using world = await createApiWorld();
  expect(await world.post("/v1/events", body, headers as Record<string, string>)).toMatchObject({ status, body: { code } });
  expect(world.registry.taken).toEqual([]);
});

it("refuses all of an array of which one event is wrong, and says which", async () => {
  await using world = await createApiWorld();
  const { body } = await world.post("/v1/events", [raw, { id: 7 }]);
  expect(body).toMatchObject({ detail: expect.stringContaining("event 1"), where: "[1].asset" });
  expect(world.registry.taken).toEqual([]);
});

it("refuses data that breaks the asset's schema", async () => {
  const check = () => Promise.reject(new HeadgateError("E_EVENT_DATA", "rows is missing"));
  await using world = await createApiWorld({ check });
  expect(await world.post("/v1/events", raw)).toMatchObject({ status: 400, body: { code: "E_EVENT_DATA", detail: "rows is missing" } });
});

it("gives up a body that never ends, though its length was not said", async () => {
  await using world = await createApiWorld();
  const { port } = new URL(world.url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = request({ port, method: "POST", path: "/v1/events", headers: { "content-type": "application/json" } }, (response) => {
      resolve(response.statusCode);
      sending.destroy();
    });
    // The connection may break under the rest of the body, after the answer.
    sending.on("error", (error: NodeJS.ErrnoException) => void (error.code === "EPIPE" || error.code === "ECONNRESET" || reject(error)));
    const more = (): void => void (sending.destroyed || sending.write("x".repeat(65_536), more));
    more();
  });
  expect(status).toBe(413);
});

// With `start`, so that nobody has to know what it starts: what a token may start is tested where DAGs are deployed.
const tokens = { all: "publish,start", raw: "publish:s3://lake/raw/,start", reader: "read", boss: "admin" };

it.each([
  [undefined, "s3://lake/raw/orders", 401],
  // The store of this world is away, and might know it.
  ["unknown", "s3://lake/raw/orders", 503],
  ["reader", "s3://lake/raw/orders", 403],
  ["raw", "s3://lake/raw/orders", 202],
  ["raw", "s3://lake/raw", 202],
  ["raw", "s3://lake/rawer/orders", 403],
  ["raw", "s3://lake/raw/../clean/orders", 403],
  ["raw", "s3://lake/clean/orders", 403],
  ["all", "postgres://warehouse/clean/orders", 202],
  ["boss", "s3://lake/clean/orders", 202],
])("the token %s may publish %s: %i", async (token, asset, status) => {
  await using world = await createApiWorld({ tokens });
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  expect((await world.post("/v1/events", { asset }, headers)).status).toBe(status);
});

it.each([
  ["a page in a browser of this machine", { origin: "https://evil.example" }, 403],
  ["a name that leads here", { host: "evil.example" }, 401],
  ["what a proxy on this machine hands on", { "x-forwarded-for": "203.0.113.7" }, 401],
])("without tokens refuses %s", async (_, headers: Record<string, string>, expected) => {
  await using world = await createApiWorld();
  const { port } = new URL(world.url);
  const status = await new Promise((resolve, reject) => {
    request({ port, method: "POST", path: "/v1/events", headers: { "content-type": "application/json", ...headers } }, ({ statusCode }) => resolve(statusCode))
      .on("error", reject)
      .end(JSON.stringify(raw));
  });
  expect(status).toBe(expected);
});

it("does not listen beyond loopback without access control", async () => {
  await using world = await createApiWorld();
  expect(world.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  const { Hono } = await import("hono");
  await expect(serveApi({ app: new Hono(), host: "0.0.0.0", port: 0, guarded: false })).rejects.toMatchObject({
    code: "E_CONFIG",
    where: "--host",
  });
});

it("says that it lives, and whether it is ready", async () => {
  await using world = await createApiWorld({ tokens });
  world.reachable = false;
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${world.url}/readyz`)).status).toBe(503);
  world.reachable = true;
  expect((await fetch(`${world.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${world.url}/nowhere`)).status).toBe(404);
});

it("answers the handshake of CloudEvents senders", async () => {
  await using world = await createApiWorld();
  const answer = await fetch(`${world.url}/v1/events`, { method: "OPTIONS", headers: { "webhook-request-origin": "eventgrid.example" } });
  expect(answer.headers.get("webhook-allowed-origin")).toBe("eventgrid.example");
});
