import { afterEach, expect, it } from "vitest";
import type { Source } from "../../../core/source.ts";
import { sqsServer } from "../../../scripts/servers/sqs.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { sqs } from "../../../watchers/sqs/index.ts";
import { matcherOf, takeItems } from "../../../watchers/take-items.ts";
import { describeWithServer } from "../../support/servers.ts";
import { createQueueWorld, type QueueWorld } from "./queue-world.ts";

/** What `d.consume` and `d.waitFor` do with a real queue. */
await describeWithServer("tasks that take from an SQS queue", sqsServer, (server) => {
  const worlds: QueueWorld[] = [];
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.dispose()));
  });

  async function createTakes() {
    const world = await createQueueWorld(server());
    worlds.push(world);
    const outbox = createMemoryOutbox();
    const source = sqs({ connection: world.connection, queue: world.queue, visibility: "5s" }) as unknown as Source;
    const deps = { outbox, kept: outbox.kept, connection: () => world.connection, log: { info: () => undefined, warn: () => undefined } };
    const request = (task: string, patience: number | undefined, max = 10) => ({
      ...{ reads: { source, every: 50, startAt: "beginning" }, reader: "consume/orders/take", task, max, patience },
      signal: new AbortController().signal,
    });
    const numbers = async (task: string): Promise<readonly unknown[]> => (await outbox.kept.list(task)).map((item) => (item as { body: { n: number } }).body.n);
    return { world, source, deps, request, numbers };
  }

  it("get each message once, and leave none in the queue", async () => {
    const { world, deps, request, numbers } = await createTakes();
    for (let n = 0; n < 25; n += 1) await world.send({ n });
    const first = await takeItems(request("run-1", 60_000, 10), deps);
    const rest = await takeItems(request("run-2", 5_000, 100), deps);
    expect(first).toBe(10);
    expect(first + rest).toBe(25);
    expect([...(await numbers("run-1")), ...(await numbers("run-2"))].sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 25 }, (_, n) => n));
    expect(await takeItems(request("run-3", 2_000), deps)).toBe(0);
  });

  it("wait for the message that matches", async () => {
    const { world, source, deps, request, numbers } = await createTakes();
    const match = (item: { body: { n: number } }, run: { params: { n: number } }): boolean => item.body.n === run.params.n;
    const isWanted = matcherOf({ source, every: 50, startAt: "beginning", match }, { params: { n: 7 } });
    const waiting = takeItems({ ...request("run-1", undefined, 1), ...(isWanted ? { isWanted } : {}) }, deps);
    await world.send({ n: 3 });
    await world.send({ n: 7 });
    expect(await waiting).toBe(1);
    expect(await numbers("run-1")).toEqual([7]);
  });
});
