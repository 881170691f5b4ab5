import { expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../core/definition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Batch, ReadContext, Source } from "../../core/source.ts";
import type { BatchSender } from "../../watchers/batch-sender.ts";
import type { Outbox } from "../../watchers/outbox.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createRecordingRegistry } from "./recording-registry.ts";
import { startSession, until } from "./session-run.ts";

/** A log that is read from an offset, as Kafka's is: `ack` is remembered. */
function createLog(entries: string[], size = 2) {
  const acked: number[] = [];
  const source: Source<string, number> = {
    kind: "log",
    describe: () => "log://a",
    identify: (item) => ({ id: item }),
    async *read(context: ReadContext<number>): AsyncGenerator<Batch<string, number>> {
      let at = context.cursor ?? 0;
      while (!context.signal.aborted) {
        const items = entries.slice(at, at + size);
        at += items.length;
        const cursor = at;
        if (items.length > 0) yield { items, cursor, ack: async () => void acked.push(cursor) };
        else {
          yield { items: [] };
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    },
  };
  return { source, acked };
}

/** The same source, which is not told what is safe. */
function withoutAck(source: Source<string, number>): Source<string, number> {
  return {
    ...source,
    async *read(context) {
      for await (const { ack: _ack, ...batch } of source.read(context)) yield batch;
    },
  };
}

function watcherOf(source: Source<string, number>, changes: Partial<WatcherDefinition> = {}): WatcherDefinition {
  return {
    kind: "watcher",
    id: "w",
    source: source as unknown as Source,
    publishes: asset("s3://lake/raw"),
    every: 10,
    startAt: "beginning",
    map: ((item: string) => ({ data: { item } })) as never,
    ...changes,
  };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, k) => `${k}`);

it("acks a batch only after the registry accepted it", async () => {
  const { source, acked } = createLog(numbers(4));
  const order: string[] = [];
  const sender: BatchSender = { send: async (batch) => void order.push(`sent ${batch.seq}, acked ${acked.length}`) };
  const session = startSession(watcherOf(source), createMemoryOutbox(), sender);
  await until("both are acked", () => acked.length === 2);
  await session.stop();
  expect(order).toEqual(["sent 1, acked 0", "sent 2, acked 1"]);
  expect(acked).toEqual([2, 4]);
});

it("sends what was not marked again, byte for byte, before anything new", async () => {
  const { source } = createLog(numbers(4));
  const outbox = createMemoryOutbox();
  const first = createRecordingRegistry();
  let failing = true;
  const flaky: BatchSender = {
    send: async (batch) => {
      await first.send(batch);
      if (failing) throw new Error("the answer was lost");
    },
  };
  const session = startSession(watcherOf(source), outbox, flaky);
  await until("it was sent some times", () => first.arrived.length > 2);
  failing = false;
  await until("everything is there", () => first.taken.length === 4);
  await session.stop();
  expect(new Set(first.arrived).size).toBe(2);
  expect(first.taken.map((event) => event.id)).toEqual(numbers(4));
  expect(session.healths.map((health) => health.status)).toEqual(["backing-off", "running"]);
  expect(session.healths[0]).toMatchObject({ code: "E_REGISTRY_UNREACHABLE", error: expect.stringContaining("the answer was lost") });
});

it("splits a batch that is too large for one signal, and moves the position with the last part", async () => {
  const { source } = createLog(numbers(2_250), 2_250);
  const memory = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const cursors: unknown[] = [];
  const outbox: Outbox = {
    ...memory,
    open: async (watcher) => {
      const opened = await memory.open(watcher);
      return { ...opened, append: (input) => opened.append(input).finally(() => cursors.push(memory.view("w").cursor)) };
    },
  };
  const session = startSession(watcherOf(source), outbox, registry);
  await until("all parts", () => registry.arrived.length === 3);
  await session.stop();
  expect(registry.taken.map((event) => event.id)).toEqual(numbers(2_250));
  expect(cursors).toEqual([undefined, undefined, 2_250]);
});

it("goes on in the middle of a split batch without loss or double", async () => {
  const { source, acked } = createLog(numbers(2_250), 2_250);
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const stop = new AbortController();
  const dying: BatchSender = {
    send: async (batch) => {
      await registry.send(batch);
      stop.abort();
    },
  };
  await startSession(watcherOf(source), outbox, dying, { died: stop.signal }).ended;
  expect(registry.taken).toHaveLength(1_000);
  expect(acked).toEqual([]);
  const second = startSession(watcherOf(source), outbox, registry);
  await until("everything", () => registry.taken.length === 2_250);
  await until("it is acked", () => acked.length === 1);
  await second.stop();
  expect(registry.taken.map((event) => event.id).sort()).toEqual(numbers(2_250).sort());
});

it("reads and keeps what comes next while a batch is on its way, two more at most, and sends them in order", async () => {
  const { source } = createLog(numbers(10));
  const silent = withoutAck(source);
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const gates: (() => void)[] = [];
  const slow: BatchSender = {
    send: async (batch) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      await registry.send(batch);
    },
  };
  const session = startSession(watcherOf(silent), outbox, slow);
  await until("four batches are kept", () => outbox.view("w").unsent === 4);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(outbox.view("w").unsent).toBe(4);
  expect(gates).toHaveLength(1);
  for (let n = 0; n < 5; n += 1) {
    await until(`batch ${n + 1} is on its way`, () => gates.length === n + 1);
    gates[n]?.();
  }
  await until("everything", () => registry.taken.length === 10);
  await session.stop();
  expect(registry.taken.map((event) => event.id)).toEqual(numbers(10));
  expect(registry.refused).toEqual([]);
});

it("sends nothing after a batch that failed, and all of it again from the outbox", async () => {
  const { source } = createLog(numbers(10));
  const silent = withoutAck(source);
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  let marks = 0;
  const flaky: Outbox = {
    ...outbox,
    open: async (watcher) => {
      const opened = await outbox.open(watcher);
      const markSent: typeof opened.markSent = async (seq, generation) => {
        marks += 1;
        if (marks === 2) throw new HeadgateError("E_STORE", "the connection was lost");
        await opened.markSent(seq, generation);
      };
      return { ...opened, markSent };
    },
  };
  const session = startSession(watcherOf(silent), flaky, registry);
  await until("everything", () => registry.taken.length === 10);
  await session.stop();
  expect(registry.taken.map((event) => event.id)).toEqual(numbers(10));
  expect(registry.refused).toEqual([]);
  expect(session.healths.map(({ code }) => code)).toContain("E_STORE");
});

it("tries a source that fails again, from the position, and shows the trouble until it is over", async () => {
  const entries = numbers(6);
  const { source } = createLog(entries);
  let failures = 3;
  const flaky: Source<string, number> = {
    ...source,
    async *read(context) {
      if (context.cursor === 2 && failures-- > 0) throw new HeadgateError("E_SOURCE", "the disk is away");
      for await (const batch of source.read(context)) {
        yield batch;
        if (batch.cursor === 2 && failures > 0) throw new Error("the disk went away");
      }
    },
  };
  const registry = createRecordingRegistry();
  const outbox = createMemoryOutbox();
  const session = startSession(watcherOf(flaky), outbox, registry);
  await until("everything", () => registry.taken.length === 6);
  expect(outbox.view("w").health).toEqual({ status: "running" });
  await session.stop();
  expect(registry.taken.map((event) => event.id)).toEqual(entries);
  expect(session.healths.map(({ status, code }) => [status, code])).toEqual([
    ["running", undefined],
    ["backing-off", "E_SOURCE"],
    ["running", undefined],
  ]);
  expect(session.log.filter((line) => line.includes("the disk"))).toHaveLength(4);
});

it("ends quietly when another session takes over, and the two together lose and double nothing", async () => {
  const entries = numbers(100);
  const { source } = createLog(entries);
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const slow: BatchSender = {
    send: async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      await registry.send(batch);
    },
  };
  const first = startSession(watcherOf(source), outbox, slow);
  await until("it reads", () => registry.taken.length > 10);
  const second = startSession(watcherOf(source), outbox, slow);
  expect(await first.ended).toMatchObject({ reason: "fenced" });
  await until("everything", () => registry.taken.length === 100);
  await second.stop();
  expect(registry.taken.map((event) => event.id)).toEqual(entries);
  expect(registry.refused).toEqual([]);
});

it("stops loudly when the registry is behind what was sent", async () => {
  const { source } = createLog(numbers(2));
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const first = startSession(watcherOf(source), outbox, registry);
  await until("it reads", () => registry.taken.length === 2);
  await first.stop();
  const restored: BatchSender = { send: registry.send, mark: async () => ({ generation: 2, seq: 7 }) };
  await expect(startSession(watcherOf(source), outbox, restored).ended).rejects.toMatchObject({
    code: "E_WATCHER_GAP",
    message: expect.stringContaining("generation 2"),
  });
  expect(outbox.view("w").health).toMatchObject({ status: "stopped", code: "E_WATCHER_GAP" });
});

it("stops loudly when the registry took batches that the outbox does not know: new ones would count as repeats", async () => {
  const { source } = createLog(numbers(2));
  const ahead: BatchSender = { send: async () => undefined, mark: async () => ({ generation: 1, seq: 3 }) };
  await expect(startSession(watcherOf(source), createMemoryOutbox(), ahead).ended).rejects.toMatchObject({
    code: "E_WATCHER_GAP",
    hint: expect.stringContaining("reset"),
  });
});

it("stops loudly when the sender is told of a gap", async () => {
  const { source } = createLog(numbers(2));
  const refusing: BatchSender = {
    send: async () => {
      throw new HeadgateError("E_WATCHER_GAP", "batch 1 was refused");
    },
  };
  await expect(startSession(watcherOf(source), createMemoryOutbox(), refusing).ended).rejects.toMatchObject({ code: "E_WATCHER_GAP" });
});

it("goes on while the registry does not answer what it took", async () => {
  const { source } = createLog(numbers(4));
  const registry = createRecordingRegistry();
  const silent: BatchSender = {
    send: registry.send,
    mark: async () => {
      throw new Error("no worker");
    },
  };
  const session = startSession(watcherOf(source), createMemoryOutbox(), silent);
  await until("everything", () => registry.taken.length === 4);
  expect((await session.stop()).reason).toBe("cancelled");
});

it("ends when its time is up", async () => {
  const { source } = createLog([]);
  const session = startSession(watcherOf(source), createMemoryOutbox(), createRecordingRegistry(), { length: 50 });
  expect((await session.ended).reason).toBe("time-up");
});

it("ends once it has published its share, not before the backlog is through", async () => {
  const { source, acked } = createLog(numbers(9));
  const registry = createRecordingRegistry();
  const end = await startSession(watcherOf(source), createMemoryOutbox(), registry, { events: 4 }).ended;
  expect(end.reason).toBe("enough");
  expect(registry.taken.map(({ id }) => id)).toEqual(numbers(9));
  expect(acked.at(-1)).toBe(9);
});

it("ends when it is told to, also while a signal hangs, and sends it again in the next session", async () => {
  const { source, acked } = createLog(numbers(2));
  const outbox = createMemoryOutbox();
  const hanging: BatchSender = { send: () => new Promise(() => undefined) };
  const session = startSession(watcherOf(source), outbox, hanging);
  await until("a batch waits", () => outbox.view("w").unsent === 1);
  expect((await session.stop()).reason).toBe("cancelled");
  expect(acked).toEqual([]);
  const registry = createRecordingRegistry();
  const second = startSession(watcherOf(source), outbox, registry);
  await until("everything", () => registry.taken.length === 2);
  await second.stop();
});

it("counts what it published, ignored and could not understand", async () => {
  const { source } = createLog(["ignore", "bad", "good", "better"], 4);
  const map = (item: string) => {
    if (item === "bad") throw new Error("unreadable");
    return item === "ignore" ? undefined : { time: "2026-11-23T08:00:00Z", data: { item } };
  };
  const registry = createRecordingRegistry();
  const session = startSession(watcherOf(source, { map: map as never }), createMemoryOutbox(), registry);
  await until("both", () => registry.taken.length === 2);
  await until("it runs", () => session.healths.length > 0);
  expect((await session.stop()).health).toMatchObject({
    status: "running",
    generation: 1,
    published: 2,
    ignored: 1,
    poisoned: 1,
    lag: expect.any(Number),
    publishedAt: expect.any(Number),
    readAt: expect.any(Number),
  });
});

it("reads a source again that ended by itself", async () => {
  const entries = numbers(2);
  const { source } = createLog(entries);
  const once: Source<string, number> = {
    ...source,
    async *read(context) {
      for await (const batch of source.read(context)) {
        yield batch;
        if (batch.items.length > 0) return;
      }
    },
  };
  const registry = createRecordingRegistry();
  const session = startSession(watcherOf(once), createMemoryOutbox(), registry);
  await until("the first", () => registry.taken.length === 2);
  entries.push("late");
  await until("the late one", () => registry.taken.length === 3);
  await session.stop();
});
