import { describe, expect, it } from "vitest";
import type { TaskSource } from "../../core/definition.ts";
import type { Batch, ReadContext, Source } from "../../core/source.ts";
import type { KeptItems, Outbox } from "../../watchers/outbox.ts";
import { matcherOf, type TakeItemsRequest, takeItems } from "../../watchers/take-items.ts";

export interface TakeWorld {
  readonly outbox: Outbox;
  readonly kept: KeptItems;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Long enough for a busy machine: what is waited for ends the wait. */
const LONG = 60_000;

interface Message {
  readonly id: string;
  readonly text: string;
}

/** A queue as brokers have it: what is not acknowledged comes again. */
function createQueue(...texts: readonly string[]) {
  const waiting: Message[] = texts.map((text) => ({ id: text, text }));
  const told: string[] = [];
  let failures = 0;
  let beforeAck: () => void = () => undefined;
  async function* read({ signal, every }: ReadContext<unknown>): AsyncGenerator<Batch<Message, unknown>> {
    while (!signal.aborted) {
      if (failures > 0) {
        failures -= 1;
        throw new Error("the broker is away");
      }
      const items = waiting.slice(0, 2);
      const ack = async (): Promise<void> => {
        beforeAck();
        // Another reader may have told of some of them.
        for (const item of items.filter((one) => waiting.includes(one))) {
          waiting.splice(waiting.indexOf(item), 1);
          told.push(item.id);
        }
      };
      yield { items, ack };
      if (items.length === 0) await new Promise((resolve) => setTimeout(resolve, every));
    }
  }
  const source: Source<Message> = { kind: "queue", describe: () => "queue://orders", identify: ({ id }) => ({ id }), read };
  return {
    source: source as Source<never> as Source,
    waiting,
    told,
    put: (text: string) => waiting.push({ id: text, text }),
    failTimes: (times: number) => {
      failures = times;
    },
    /** What happens before the next acknowledgement. */
    onAck: (act: () => void) => {
      beforeAck = act;
    },
  };
}

/** What every pair of outbox and kept items must do for tasks that take from a source. */
export function takeContract(name: string, createWorld: () => Promise<TakeWorld>): void {
  describe(`tasks that take from a source, kept in ${name}`, () => {
    const request = (source: Source, task: string, more: Partial<TakeItemsRequest> = {}): TakeItemsRequest => ({
      reads: { source, every: 10, startAt: "beginning" } satisfies TaskSource,
      ...{ reader: "consume/orders/take", task, max: 10, patience: 300, signal: new AbortController().signal },
      ...more,
    });
    const deps = ({ outbox, kept }: TakeWorld) => ({
      ...{ outbox, kept, backoff: { first: 5, longest: 20 }, log: { info: () => undefined, warn: () => undefined } },
      connection: () => "",
    });
    const textsOf = async (world: TakeWorld, task: string): Promise<readonly unknown[]> =>
      (await world.kept.list(task)).map((item) => (item as { readonly text: string }).text);

    it("take what comes, in its order, and tell the source", async () => {
      await using world = await createWorld();
      const queue = createQueue("a", "b", "c");
      expect(await takeItems(request(queue.source, "run-1", { max: 3, patience: LONG }), deps(world))).toBe(3);
      expect(await textsOf(world, "run-1")).toEqual(["a", "b", "c"]);
      expect(queue.told).toEqual(["a", "b", "c"]);
      expect(await world.kept.one("run-1", 1)).toMatchObject({ text: "b" });
    });

    it("go on as soon as they have enough, and leave the rest to the next one", async () => {
      await using world = await createWorld();
      const queue = createQueue("a", "b", "c", "d");
      expect(await takeItems(request(queue.source, "run-1", { max: 3, patience: LONG }), deps(world))).toBe(3);
      expect(await takeItems(request(queue.source, "run-2", { max: 1, patience: LONG }), deps(world))).toBe(1);
      expect([await textsOf(world, "run-1"), await textsOf(world, "run-2")]).toEqual([["a", "b", "c"], ["d"]]);
    });

    it("get the same again when they are repeated, without reading", async () => {
      await using world = await createWorld();
      const queue = createQueue("a");
      await takeItems(request(queue.source, "run-1", { max: 1, patience: LONG }), deps(world));
      queue.put("b");
      expect(await takeItems(request(queue.source, "run-1"), deps(world))).toBe(1);
      expect(await textsOf(world, "run-1")).toEqual(["a"]);
      expect(queue.told).toEqual(["a"]);
    });

    it("keep items before the source is told: a crash between loses nothing and doubles nothing", async () => {
      await using world = await createWorld();
      const queue = createQueue("a", "b");
      const crash = new AbortController();
      queue.onAck(() => {
        crash.abort(new Error("killed"));
        throw new Error("killed");
      });
      await expect(takeItems(request(queue.source, "run-1", { signal: crash.signal, patience: LONG }), deps(world))).rejects.toThrow("killed");
      expect(queue.told).toEqual([]);
      queue.onAck(() => undefined);
      queue.put("c");
      expect(await takeItems(request(queue.source, "run-1", { max: 3, patience: LONG }), deps(world))).toBe(3);
      expect(await textsOf(world, "run-1")).toEqual(["a", "b", "c"]);
      expect(queue.told).toEqual(["a", "b", "c"]);
    });

    it("share what comes when two take at once: each item goes to one of them", async () => {
      await using world = await createWorld();
      const queue = createQueue(...Array.from({ length: 20 }, (_, n) => `m${n}`));
      const [first, second] = await Promise.all([
        takeItems(request(queue.source, "run-1", { max: 8, patience: LONG }), deps(world)),
        takeItems(request(queue.source, "run-2", { max: 8, patience: LONG }), deps(world)),
      ]);
      const texts = [...(await textsOf(world, "run-1")), ...(await textsOf(world, "run-2"))];
      expect(texts).toHaveLength(first + second);
      expect(new Set(texts).size).toBe(texts.length);
      const rest = await takeItems(request(queue.source, "run-3", { max: 20 - first - second, patience: LONG }), deps(world));
      expect(first + second + rest).toBe(20);
    });

    it("try again while the source is away, and say so if nothing came of it", async () => {
      await using world = await createWorld();
      const queue = createQueue("a");
      queue.failTimes(2);
      expect(await takeItems(request(queue.source, "run-1", { max: 1, patience: LONG }), deps(world))).toBe(1);
      queue.failTimes(1_000_000);
      await expect(takeItems(request(queue.source, "run-2"), deps(world))).rejects.toThrow("the broker is away");
    });

    it("come back with nothing when nothing came", async () => {
      await using world = await createWorld();
      expect(await takeItems(request(createQueue().source, "run-1"), deps(world))).toBe(0);
    });

    it("wait for the item that matches, and pass over the others", async () => {
      await using world = await createWorld();
      const queue = createQueue("a", "b", "c");
      const match: NonNullable<TaskSource["match"]> = (item: Message, run: { readonly params: { readonly text: string } }) => item.text === run.params.text;
      const reads: TaskSource = { source: queue.source, every: 10, startAt: "now", match };
      const isWanted = matcherOf(reads, { params: { text: "z" } });
      const waiting = takeItems({ ...request(queue.source, "run-1", { max: 1, patience: undefined }), reads, ...(isWanted ? { isWanted } : {}) }, deps(world));
      queue.put("z");
      expect(await waiting).toBe(1);
      expect(await textsOf(world, "run-1")).toEqual(["z"]);
    });

    it("fail at once if the match itself throws, naming the item", async () => {
      await using world = await createWorld();
      const queue = createQueue("a");
      const isWanted = matcherOf(
        {
          ...{ source: queue.source, every: 10, startAt: "now" },
          match: () => {
            throw new TypeError("no such field");
          },
        },
        {},
      );
      const call = takeItems(request(queue.source, "run-1", { patience: undefined, ...(isWanted ? { isWanted } : {}) }), deps(world));
      await expect(call).rejects.toMatchObject({ code: "E_TASK_FAILED", message: '"match" threw for item a: no such field' });
      expect(queue.told).toEqual([]);
    });

    it("keep what is given to them, in place of what was there and in its order", async () => {
      await using world = await createWorld();
      await world.kept.keep("result/1", ['"a"']);
      await world.kept.keep("result/1", ["1", '{"text":"two\\u0000"}', "null"]);
      await world.kept.keep("result/2", []);
      expect(await world.kept.list("result/1")).toEqual([1, { text: "two\u0000" }, null]);
      expect(await world.kept.one("result/1", 1)).toEqual({ text: "two\u0000" });
      expect(await world.kept.list("result/2")).toEqual([]);
    });
  });
}
