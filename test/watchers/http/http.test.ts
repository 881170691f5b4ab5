import { afterEach, expect, it } from "vitest";
import type { Source } from "../../../core/source.ts";
import { isPrivateAddress } from "../../../watchers/http/address.ts";
import { type HttpCursor, type HttpItem, type HttpOptions, http } from "../../../watchers/http/index.ts";
import { retryAfter } from "../../../watchers/http/retry-after.ts";
import { until } from "../session-run.ts";
import { type Kept, readSource, type SourceReading } from "../source-reading.ts";
import { expectTakes } from "../taking.ts";
import { type ApiServer, createApiServer, json } from "./api-server.ts";

const servers: ApiServer[] = [];
const readings: SourceReading<HttpItem, HttpCursor>[] = [];
afterEach(async () => {
  await Promise.all(readings.splice(0).map((reading) => reading.stop().catch(() => undefined)));
  await Promise.all(servers.splice(0).map((server) => server.dispose()));
});

async function serve(answer: ApiServer["answer"]): Promise<ApiServer> {
  const server = await createApiServer(answer);
  servers.push(server);
  return server;
}
function read(options: HttpOptions, context: Parameters<typeof readSource>[1] = {}, kept?: Kept<HttpCursor>): SourceReading<HttpItem, HttpCursor> {
  const reading = readSource(http({ allowPrivate: true, ...options }), context as object, kept);
  readings.push(reading);
  return reading;
}
const morePolls = (reading: SourceReading<HttpItem, HttpCursor>, count = 3): Promise<void> => {
  const target = reading.polls() + count;
  return until(`${count} more polls`, () => reading.polls() >= target);
};

it("publishes the whole answer when its ETag changes, and asks with the ETag as it was given", async () => {
  let etag = 'W/"1"';
  const server = await serve((request, response) => {
    if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
    else json(response, { n: etag }, { etag });
  });
  const reading = read({ url: server.url });
  await morePolls(reading);
  expect(reading.items).toHaveLength(1);
  etag = 'W/"2"';
  await until("the change", () => reading.items.length === 2);
  expect(server.requests.at(-1)?.headers["if-none-match"]).toMatch(/^W\/"/);
  etag = 'W/"1"';
  await until("the change back", () => reading.items.length === 3);
  expect(new Set(reading.items.map(({ version }) => version)).size).toBe(3);
});

it.each([
  ["Last-Modified", (n: number) => ({ "last-modified": `Mon, 23 Nov 2026 08:00:0${n} GMT` })],
  ["what it holds", () => ({})],
])("knows a change by %s where there is no ETag", async (_, headers) => {
  let n = 1;
  const server = await serve((_request, response) => json(response, { n }, headers(n)));
  const reading = read({ url: server.url });
  await morePolls(reading);
  expect(reading.items).toHaveLength(1);
  n = 2;
  await until("the change", () => reading.items.length === 2);
});

it("knows a change by a field that only grows, and takes no older version of a lagging replica", async () => {
  let version = 7;
  const server = await serve((_request, response) => json(response, { meta: { version } }));
  const reading = read({ url: server.url, version: "meta.version" });
  await until("the first", () => reading.items.length === 1);
  version = 6;
  await until("it is said", () => reading.lines.some((line) => line.includes("version 6 after 7")));
  version = 10;
  await until("the next", () => reading.items.length === 2);
  expect(reading.items.map((item) => item.version)).toEqual(["7", "10"]);
});

it("publishes new and changed items of a list, each once", async () => {
  const list = [{ id: 1, rev: "a" }];
  const server = await serve((_request, response) => json(response, list));
  const kept: Kept<HttpCursor> = { seen: new Map() };
  const reading = read({ url: server.url, items: "", version: "rev" }, {}, kept);
  await until("the first", () => reading.items.length === 1);
  list.push({ id: 2, rev: "a" });
  list[0] = { id: 1, rev: "b" };
  await until("both", () => reading.items.length === 3);
  await reading.stop();
  const again = read({ url: server.url, items: "", version: "rev" }, {}, kept);
  await morePolls(again);
  expect(again.items).toEqual([]);
  expect(reading.items.map(({ key, version }) => `${key}@${version}`)).toEqual(["1@a", "1@b", "2@a"]);
});

it("puts an item without a key with the dead letters, once a session", async () => {
  const server = await serve((_request, response) => json(response, [{ name: "x" }, { id: 2 }]));
  const reading = read({ url: server.url, items: "" });
  await until("many polls", () => reading.batches.length > 5);
  expect(reading.batches.flatMap((batch) => batch.poison ?? [])).toEqual([expect.objectContaining({ reason: 'item 0 has no "id"' })]);
  expect(reading.items).toHaveLength(1);
});

it("takes as known what is there, and says so", async () => {
  let n = 1;
  const server = await serve((_request, response) => json(response, { n }));
  const reading = read({ url: server.url }, { startAt: "now" });
  await until("it said so", () => reading.lines.length === 1);
  n = 2;
  await until("the change", () => reading.items.length === 1);
  expect(reading.items[0]?.body).toEqual({ n: 2 });
});

it("waits as long as the server asks, and goes on", async () => {
  let busy = true;
  const server = await serve((_request, response) => (busy ? response.writeHead(429, { "retry-after": "1" }).end() : json(response, {})));
  const reading = read({ url: server.url });
  await until("it was told", () => reading.lines.length === 1);
  const began = performance.now();
  busy = false;
  await until("the answer", () => reading.items.length === 1);
  expect(performance.now() - began).toBeGreaterThan(700);
  expect(server.requests).toHaveLength(2);
});

it("sends the token to its own origin, and nothing of it where a redirect leads", async () => {
  const other = await serve((_request, response) => json(response, {}));
  const server = await serve((_request, response) => response.writeHead(302, { location: `${other.url}/elsewhere` }).end());
  const reading = read({ connection: `${server.url.replace("//", "//bearer:s3cret@")}/api`, url: "v1/orders" });
  await until("the answer", () => reading.items.length === 1);
  expect(server.requests[0]).toMatchObject({ url: "/api/v1/orders", headers: { authorization: "Bearer s3cret" } });
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
});

it("keeps the token over a redirect within its origin", async () => {
  const server = await serve((request, response) => (request.url === "/a" ? response.writeHead(307, { location: "/b" }).end() : json(response, {})));
  const reading = read({ connection: server.url.replace("//", "//user:pass@"), url: "/a" });
  await until("the answer", () => reading.items.length === 1);
  expect(server.requests[1]?.headers.authorization).toBe(`Basic ${Buffer.from("user:pass").toString("base64")}`);
});

it.each([
  ["an address of this machine", (url: string) => url, "127.0.0.1"],
  ["a name of this machine", (url: string) => url.replace("127.0.0.1", "localhost"), "localhost"],
])("goes to no private address, such as %s", async (_, urlOf, host) => {
  const server = await serve((_request, response) => json(response, {}));
  const reading = read({ url: urlOf(server.url), allowPrivate: false });
  await expect(reading.ended).rejects.toMatchObject({ code: "E_SOURCE", message: expect.stringContaining(host) });
  expect(server.requests).toEqual([]);
});

it.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.0.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "255.255.255.255",
  "::1",
  "::",
  "fe80::1",
  "fd00::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
])("%s is private", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

it.each(["1.1.1.1", "172.32.0.1", "8.8.8.8", "2606:4700::1111", "::ffff:1.1.1.1"])("%s is public", (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

it.each([
  ["an answer that is no JSON", (response: Parameters<ApiServer["answer"]>[1]) => response.writeHead(200).end("<html>sign in</html>"), {}, "is no JSON"],
  ["a refusal", (response: Parameters<ApiServer["answer"]>[1]) => response.writeHead(401).end(), {}, "answers 401"],
  [
    "an answer that is too large",
    (response: Parameters<ApiServer["answer"]>[1]) => json(response, "x".repeat(2_000)),
    { maxBytes: 1_000 },
    "larger than 1000 bytes",
  ],
  ["an answer that does not come", () => undefined, { timeout: "100ms" }, "did not answer within 100 ms"],
  [
    "redirects without end",
    (response: Parameters<ApiServer["answer"]>[1]) => response.writeHead(302, { location: "/" }).end(),
    {},
    "redirects more than 5 times",
  ],
  ["a list that is not there", (response: Parameters<ApiServer["answer"]>[1]) => json(response, {}), { items: "data" }, 'has no list at "data"'],
] as const)("fails with %s, and shows no query", async (_, answer, options, message) => {
  const server = await serve((_request, response) => void answer(response));
  const reading = read({ url: `${server.url}/x?key=hidden`, ...options });
  await expect(reading.ended).rejects.toMatchObject({ code: "E_SOURCE", message: expect.stringContaining(message) });
  await expect(reading.ended).rejects.not.toThrow("hidden");
});

it.each([
  ["120", 120],
  ["Mon, 23 Nov 2026 08:01:00 GMT", 60],
  ["Mon, 23 Nov 2026 07:00:00 GMT", 0],
  ["999999", 3_600],
  ["soon", undefined],
  [undefined, undefined],
])("reads Retry-After: %s", (header, seconds) => {
  expect(retryAfter(header, Date.parse("2026-11-23T08:00:00Z"))).toBe(seconds);
});

it("names an API without its secrets", () => {
  expect(http({ url: "https://api.example/orders?key=hidden" }).describe()).toBe("https://api.example/orders");
  expect(http({ connection: "shop", url: "/v1/orders" }).describe()).toBe("http:shop/v1/orders");
});

it("tasks take items of a list, and wait for one", async () => {
  const list: { id: string }[] = [];
  const server = await serve((_request, response) => json(response, { orders: list }));
  const source = http({ url: server.url, items: "orders", allowPrivate: true }) as unknown as Source;
  await expectTakes({ source, put: async (id) => list.push({ id }), nameOf: ({ key = "" }: HttpItem) => key });
});
