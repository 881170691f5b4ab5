import { expect, it } from "vitest";
import { parsePubSubUri } from "../../../watchers/pubsub/connection.ts";
import { type PubSubItem, pubsub } from "../../../watchers/pubsub/index.ts";

it.each([
  ["pubsub://my-project", { projectId: "my-project", emulatorMode: false }],
  ["pubsub://my-project?key=/etc/gcp/key.json", { projectId: "my-project", emulatorMode: false, keyFilename: "/etc/gcp/key.json" }],
  [
    "pubsub://example.com%3Aold?endpoint=europe-west1-pubsub.googleapis.com:443",
    { projectId: "example.com:old", apiEndpoint: "europe-west1-pubsub.googleapis.com:443" },
  ],
  ["pubsub://test?emulator=127.0.0.1:8085", { projectId: "test", apiEndpoint: "127.0.0.1:8085", emulatorMode: true }],
])("reads the connection %s", (uri, access) => {
  expect(parsePubSubUri(uri, "events")).toMatchObject(access);
});

it.each([
  ["https://pubsub.googleapis.com", "does not begin with pubsub://"],
  ["pubsub://", "does not begin with pubsub://"],
  ["pubsub://p?keyfile=/x", 'the unknown option "keyfile"'],
])("refuses the connection %s, because it %s", (uri, why) => {
  expect(() => parsePubSubUri(uri, "events")).toThrow(why);
});

const item: PubSubItem = { id: "17", subscription: "orders", value: { no: 4 }, attributes: {}, publishedAt: "2026-11-23T00:00:00.000Z" };

it("names a message by Pub/Sub's id, by a CloudEvent's source and id, or by a key of its own", () => {
  const cloudEvent = { id: "e1", source: "/shop", type: "sold", time: "2026-11-22T00:00:00Z" };
  expect(pubsub().identify(item)).toEqual({ id: "17", time: "2026-11-23T00:00:00.000Z" });
  expect(pubsub().identify({ ...item, cloudEvent })).toEqual({ id: "/shop e1", time: "2026-11-22T00:00:00Z" });
  expect(pubsub({ key: "no" }).identify(item).id).toBe("4");
  expect(pubsub({ key: ({ subscription }) => subscription }).identify(item).id).toBe("orders");
  expect(() => pubsub({ key: "missing" }).identify(item)).toThrow('the message 17 has no key: "missing"');
});

it.each([
  [{ connection: "eu", subscription: "orders" }, undefined, "pubsub://eu/orders"],
  [{}, { uri: "pubsub://events/orders" }, "pubsub://events/orders"],
  [{ subscription: "projects/p/subscriptions/orders" }, { uri: "pubsub://events/x" }, "pubsub://events/projects/p/subscriptions/orders"],
])("%j of the asset %j is named %s", (options, source, name) => {
  expect(pubsub(options).describe(source)).toBe(name);
});

it.each([
  [() => pubsub({ prefetch: 0 }), "prefetch of pubsub() is 0"],
  [() => pubsub({ lease: "5s" }), "lease of pubsub() is 5s"],
  [() => pubsub().describe({ uri: "s3://lake/x" }), "does not know what to read"],
])("refuses wrong options", (make, message) => {
  expect(make).toThrow(message);
});
