import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { createApiClient } from "../../client/http/api-client.ts";
import { createApiWorld } from "../api/api-world.ts";

it("publishes, and throws what the API refuses as the error that it is", async () => {
  await using world = await createApiWorld({ tokens: { boss: "admin", viewer: "read" } });
  const api = createApiClient({ url: world.url, token: "boss" });
  expect(await api.post("/v1/events", { body: { asset: "s3://lake/raw/orders", id: "a" } })).toEqual({ accepted: 1, ids: ["a"] });
  await expect(api.post("/v1/events", { body: { asset: "orders" } })).rejects.toMatchObject({
    ...{ name: "HeadgateError", code: "E_ASSET_URI", message: expect.stringContaining('"orders"'), hint: expect.any(String) },
  });
  const viewer = createApiClient({ url: world.url, token: "viewer" });
  await expect(viewer.post("/v1/events", { body: { asset: "s3://lake/raw/orders" } })).rejects.toMatchObject({
    code: "E_ACCESS",
    hint: expect.stringContaining("publish:<prefix>"),
  });
  await expect(createApiClient({ url: world.url }).get("/v1/assets")).rejects.toMatchObject({ code: "E_API_TOKEN" });
});

it("encodes what stands in a path, and asks for a list until its end", async () => {
  const asked: string[] = [];
  const fetch = async (url: string): Promise<Response> => {
    asked.push(url.replace("http://api", ""));
    return Response.json(asked.length < 3 ? { items: [asked.length], next: `after-${asked.length}` } : { items: [], next: null });
  };
  const api = createApiClient({ url: "http://api", fetch });
  const found: unknown[] = [];
  for await (const item of api.items("/v1/assets/{asset}/events", { params: { asset: "s3://lake/50% off" }, query: { limit: 1, partition: "" } }))
    found.push(item);
  expect(found).toEqual([1, 2]);
  const path = "/v1/assets/s3%3A%2F%2Flake%2F50%25%20off/events?limit=1&partition=";
  expect(asked).toEqual([path, `${path}&cursor=after-1`, `${path}&cursor=after-2`]);
});

it("says when nobody listens there, when somebody else does, and when nobody waits any more", async () => {
  const server = createServer((_, response) => response.end("<html>"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(createApiClient({ url }).get("/v1/assets")).rejects.toMatchObject({
    code: "E_API_UNREACHABLE",
    message: expect.stringContaining("no answer of this API"),
  });
  await expect(createApiClient({ url }).get("/v1/assets", { signal: AbortSignal.abort(new Error("left")) })).rejects.toThrow("left");
  await new Promise((resolve) => server.close(resolve));
  await expect(createApiClient({ url }).get("/v1/assets")).rejects.toMatchObject({ code: "E_API_UNREACHABLE", message: expect.stringContaining(url) });
});
