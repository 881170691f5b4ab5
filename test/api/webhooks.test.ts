import { expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import { daily } from "../../core/authoring/partitions.ts";
import { watch } from "../../core/authoring/watch.ts";
import { github, slack, standardWebhooks, stripe, webhook } from "../../watchers/webhook/index.ts";
import { SECRETS, type Sender, sign } from "../watchers/webhook/signing.ts";
import { type ApiWorld, createApiWorld } from "./api-world.ts";

const commits = asset("https://git.example/commits");
const days = asset("s3://lake/raw/orders/{ds}/", { partitions: daily() });
const signatures = { standard: standardWebhooks(), github: github(), stripe: stripe(), slack: slack() };
const bodies: Readonly<Record<Sender, object>> = { standard: { n: 1 }, github: { n: 1 }, stripe: { id: "msg_1", n: 1 }, slack: { event_id: "msg_1", n: 1 } };

function hooks(sender: Sender): Promise<ApiWorld> {
  const source = webhook({ signature: signatures[sender], secret: "hook" });
  const watchers = [
    watch("hook", source, { publishes: commits, map: ({ body }) => ({ data: body as object as Record<string, number> }) }),
    watch("days", webhook({ id: "order" }), { publishes: days, map: ({ body }) => ({ partition: String((body as { day?: unknown }).day), data: {} }) }),
  ];
  return createApiWorld({ watchers, secret: `secret:${encodeURIComponent(SECRETS[sender])}` });
}

it.each(Object.keys(signatures) as Sender[])("takes what %s posts once, however often it is sent", async (sender) => {
  await using world = await hooks(sender);
  const body = JSON.stringify(bodies[sender]);
  for (let k = 0; k < 3; k += 1) {
    expect(await world.post("/v1/webhooks/hook", body, sign(sender, body))).toMatchObject({ status: 202, body: { accepted: 1, id: "msg_1" } });
  }
  expect(world.registry.taken).toEqual([{ asset: commits.uri, source: expect.stringContaining(`webhook:${sender}`), id: "msg_1", data: bodies[sender] }]);
});

it.each([
  ["a wrong signature", (body: string) => sign("github", body, { secret: "other" }), 401, "E_WEBHOOK_SIGNATURE"],
  ["no signature", () => ({}), 401, "E_WEBHOOK_SIGNATURE"],
])("refuses %s, and takes nothing of it", async (_, headersOf, status, code) => {
  await using world = await hooks("github");
  expect(await world.post("/v1/webhooks/hook", '{"n":1}', headersOf('{"n":1}'))).toMatchObject({ status, body: { code } });
  expect(world.registry.taken).toEqual([]);
});

it("answers 503 while the registry is not reachable, and takes the sender's next try once", async () => {
  await using world = await hooks("github");
  world.reachable = false;
  const body = '{"n":1}';
  expect((await world.post("/v1/webhooks/hook", body, sign("github", body))).status).toBe(503);
  world.reachable = true;
  for (let k = 0; k < 2; k += 1) expect((await world.post("/v1/webhooks/hook", body, sign("github", body))).status).toBe(202);
  expect(world.registry.taken).toHaveLength(1);
});

it.each([
  ["no JSON", "{broken", "hook", (body: string) => sign("github", body)],
  ["no partition of the asset", '{"order":17,"day":"someday"}', "days", () => ({})],
])("puts a message that is %s with the dead letters, and does not ask for it again", async (_, body, watcher, headersOf) => {
  await using world = await hooks("github");
  expect(await world.post(`/v1/webhooks/${watcher}`, body, headersOf(body))).toMatchObject({ status: 202, body: { accepted: 0 } });
  expect(world.outbox.view(watcher).deadLetters).toHaveLength(1);
  expect(world.registry.taken).toEqual([]);
});

it("answers Slack's question for the address", async () => {
  await using world = await hooks("slack");
  const body = JSON.stringify({ type: "url_verification", challenge: "c0" });
  expect(await world.post("/v1/webhooks/hook", body, sign("slack", body))).toMatchObject({ status: 200, body: { challenge: "c0" } });
});

it("knows no watcher of another kind, and none that is not there", async () => {
  await using world = await hooks("github");
  expect(await world.post("/v1/webhooks/nowhere", "{}")).toMatchObject({ status: 404, body: { code: "E_WATCHER_UNKNOWN" } });
});
