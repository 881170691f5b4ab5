import { expect, it } from "vitest";
import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { parseExposition } from "../runtime/metrics/exposition.ts";
import { createApiWorld } from "./api-world.ts";

const metrics = () => createMetrics({ project: "sales", environment: "", process: false });

it("the API answers with what Prometheus reads, and counts requests by their routes", async () => {
  await using api = await createApiWorld({ metrics: metrics() });
  await fetch(`${api.url}/healthz`);
  await api.post("/v1/webhooks/orders-17", {});
  await api.post("/v1/webhooks/orders-18", {});
  await fetch(`${api.url}/nowhere/s3:lake`);
  const families = parseExposition(await (await fetch(`${api.url}/metrics`)).text());
  const counts = families.get("headgate_http_request_duration_seconds")?.samples.filter(({ name }) => name.endsWith("_count"));
  expect(counts?.map(({ labels: { method, route, status }, value }) => `${method} ${route} ${status} ${value}`)).toEqual([
    "GET /healthz 200 1",
    "POST /v1/webhooks/:watcher 404 2",
    "GET (none) 404 1",
  ]);
});

it("with tokens it asks who scrapes", async () => {
  await using api = await createApiWorld({ metrics: metrics(), tokens: { prometheus: "read", sender: "publish:s3://none/" } });
  expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
  expect((await fetch(`${api.url}/metrics`, { headers: { authorization: "Bearer sender" } })).status).toBe(403);
  expect((await fetch(`${api.url}/metrics`, { headers: { authorization: "Bearer prometheus" } })).status).toBe(200);
});
