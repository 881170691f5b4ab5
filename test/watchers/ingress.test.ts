import { expect, it } from "vitest";
import { createIngress } from "../../watchers/ingress.ts";
import type { OutboxBatch } from "../../watchers/outbox.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createRecordingRegistry } from "./recording-registry.ts";

const stream = { id: "api:events", source: "http" };
const event = (id: string) => ({ asset: "s3://lake/raw", source: "http", id });
const ids = (registry: ReturnType<typeof createRecordingRegistry>) => registry.taken.map(({ id }) => id);

it("hands an event to the registry before it answers", async () => {
  const registry = createRecordingRegistry();
  await createIngress({ outbox: createMemoryOutbox(), sender: registry }).publish(stream, [event("a"), event("b")]);
  expect(ids(registry)).toEqual(["a", "b"]);
});

it("takes an id once, however often it is sent", async () => {
  const registry = createRecordingRegistry();
  const ingress = createIngress({ outbox: createMemoryOutbox(), sender: registry });
  await Promise.all(Array.from({ length: 20 }, () => ingress.publish(stream, [event("a")])));
  await ingress.publish(stream, [event("a"), event("b")]);
  expect(ids(registry)).toEqual(["a", "b"]);
});

it("gathers what comes while a batch is under way", async () => {
  const registry = createRecordingRegistry();
  const ingress = createIngress({ outbox: createMemoryOutbox(), sender: registry });
  await Promise.all(Array.from({ length: 100 }, (_, k) => ingress.publish(stream, [event(`e${k}`)])));
  expect(registry.taken).toHaveLength(100);
  expect(registry.arrived.length).toBeLessThan(5);
});

it.each([
  ["before it arrives", false],
  ["after it arrived", true],
])("fails when the registry is lost %s, and loses and doubles nothing when the sender tries again", async (_, arrives) => {
  const registry = createRecordingRegistry();
  let lost = true;
  const send = async (batch: OutboxBatch): Promise<void> => {
    if (!lost || arrives) await registry.send(batch);
    if (lost) throw new Error("the registry does not answer");
  };
  const ingress = createIngress({ outbox: createMemoryOutbox(), sender: { ...registry, send } });
  await expect(ingress.publish(stream, [event("a")])).rejects.toThrow("does not answer");
  lost = false;
  await ingress.publish(stream, [event("a"), event("b")]);
  expect(ids(registry)).toEqual(["a", "b"]);
  expect(registry.refused).toEqual([]);
});

it("works beside other processes that take events of the same stream", async () => {
  const registry = createRecordingRegistry();
  const outbox = createMemoryOutbox();
  const processes = Array.from({ length: 3 }, () => createIngress({ outbox, sender: registry }));
  await Promise.all(Array.from({ length: 60 }, (_, k) => processes[k % 3]?.publish(stream, [event(`e${k % 30}`)])));
  expect([...ids(registry)].sort()).toEqual(Array.from({ length: 30 }, (_, k) => `e${k}`).sort());
  expect(registry.refused).toEqual([]);
});

it("says loudly that the registry is older than the outbox", async () => {
  const outbox = createMemoryOutbox();
  await createIngress({ outbox, sender: createRecordingRegistry() }).publish(stream, [event("a")]);
  const restored = createRecordingRegistry();
  await expect(createIngress({ outbox, sender: restored }).publish(stream, [event("b")])).rejects.toMatchObject({ code: "E_WATCHER_GAP" });
}, 30_000);
