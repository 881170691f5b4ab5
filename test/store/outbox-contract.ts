import { describe, expect, it } from "vitest";
import type { EventInput } from "../../core/event.ts";
import type { Outbox, OutboxReset, OutboxSession } from "../../watchers/outbox.ts";

const SOURCE = "files:///landing";
const WATCHER = { id: "orders-arrive", source: SOURCE, fingerprint: "landing/**" };
const NOTHING = { events: [], cursor: undefined, seen: [], poison: [] };

function arrived(...ids: readonly string[]): EventInput[] {
  return ids.map((id) => ({ asset: "s3://lake/raw/orders", source: SOURCE, id, data: { key: id, odd: "\0 \ud800 é" } }));
}

function appended(session: OutboxSession, ids: readonly string[], cursor: unknown = ids.at(-1)): ReturnType<OutboxSession["append"]> {
  return session.append({ ...NOTHING, events: arrived(...ids), cursor });
}

function reset(fields: Partial<OutboxReset> = {}): OutboxReset {
  return { id: "reset-1", watcher: WATCHER.id, to: "beginning", deliver: "redeliver", by: "ana", ...fields };
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "no error",
    (error: { code?: unknown }) => error.code,
  );
}

/** What every outbox must do. `create` gives an empty one, and a way to see a dead letter; each test has its own. */
export function outboxContract(
  name: string,
  create: () => Promise<
    AsyncDisposable & {
      readonly outbox: Outbox;
      deadLetters(watcher: string): Promise<readonly { readonly id: string; readonly reason: string; readonly raw: string }[]>;
    }
  >,
): void {
  describe(`an outbox in ${name}`, () => {
    it("begins at generation 1 without a cursor", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      expect(session.generation).toBe(1);
      expect(session.cursor).toBeUndefined();
      expect(session.startAt).toBeUndefined();
      expect(session.sent ?? 0).toBe(0);
      expect(await session.unsent()).toEqual([]);
    });

    it("numbers batches and gives them back unsent, the same to the byte, oldest first", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      const first = await appended(session, ["a", "b"]);
      const second = await appended(session, ["c"]);
      expect([first?.seq, second?.seq]).toEqual([1, 2]);
      expect(first?.events).toEqual(arrived("a", "b"));
      const kept = await (await world.outbox.open(WATCHER)).unsent();
      expect(kept.map((batch) => JSON.stringify(batch))).toEqual([JSON.stringify(first), JSON.stringify(second)]);
    });

    it("gives the next session the cursor and the unsent batches of the one before", async () => {
      await using world = await create();
      const before = await world.outbox.open(WATCHER);
      await appended(before, ["a"], { lsn: "0/16B", list: [null, 1.5] });
      await before.append({ ...NOTHING, events: arrived("b") });
      await before.markSent(1);
      const after = await world.outbox.open(WATCHER);
      expect(after.cursor).toEqual({ lsn: "0/16B", list: [null, 1.5] });
      expect(after.sent).toBe(1);
      expect((await after.unsent()).map((batch) => batch.seq)).toEqual([2]);
      expect((await appended(after, ["c"]))?.seq).toBe(3);
    });

    it("keeps the cursor of a batch without events, and gives it no number", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      expect(await session.append({ ...NOTHING, cursor: 7 })).toBeUndefined();
      expect((await appended(session, ["a"], 8))?.seq).toBe(1);
      expect((await world.outbox.open(WATCHER)).cursor).toBe(8);
    });

    it("leaves out events that this generation had, within a batch and between batches", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      expect((await appended(session, ["a", "b", "a"]))?.events.map((event) => event.id)).toEqual(["a", "b"]);
      const second = await world.outbox.open(WATCHER);
      expect((await appended(second, ["c", "b"]))?.events.map((event) => event.id)).toEqual(["c"]);
      expect(await appended(second, ["a", "c"])).toBeUndefined();
    });

    it("keeps the order of a batch of 1,000 events", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      const ids = Array.from({ length: 1_000 }, (_, i) => `file-${(i * 7919) % 1_000}`);
      expect((await appended(session, ids))?.events.map((event) => event.id)).toEqual(ids);
    });

    it("fences a session when another one opens: it can neither append nor mark", async () => {
      await using world = await create();
      const old = await world.outbox.open(WATCHER);
      await appended(old, ["a"]);
      const young = await world.outbox.open(WATCHER);
      expect(await codeOf(appended(old, ["b"]))).toBe("E_WATCHER_FENCED");
      expect(await codeOf(old.markSent(1))).toBe("E_WATCHER_FENCED");
      expect((await young.unsent()).map((batch) => batch.seq)).toEqual([1]);
      expect((await appended(young, ["b"]))?.seq).toBe(2);
    });

    it("lets one of two sessions that append at once win, and numbers without a gap", async () => {
      await using world = await create();
      for (let round = 0; round < 10; round += 1) {
        const old = await world.outbox.open(WATCHER);
        const [young] = await Promise.all([world.outbox.open(WATCHER), codeOf(appended(old, [`old-${round}`]))]);
        await appended(young, [`young-${round}`]);
        expect(await codeOf(appended(old, [`late-${round}`]))).toBe("E_WATCHER_FENCED");
      }
      const batches = await (await world.outbox.open(WATCHER)).unsent();
      expect(batches.map((batch) => batch.seq)).toEqual(batches.map((_, i) => i + 1));
      expect(batches.flatMap((batch) => batch.events).filter((event) => event.id?.startsWith("young"))).toHaveLength(10);
    });

    it("knows the versions of items that were seen", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      const items = [1, 2, 3].map((i) => ({ item: `a/${i}.csv`, version: "1" }));
      expect(await session.seen.unseen(items)).toEqual(items);
      await session.append({ ...NOTHING, seen: [items[0]!, items[2]!] });
      const changed = { item: "a/3.csv", version: "2" };
      const next = await world.outbox.open(WATCHER);
      expect(await next.seen.unseen([changed, items[1]!, items[0]!])).toEqual([changed, items[1]]);
      await next.append({ ...NOTHING, seen: [changed] });
      expect(await next.seen.unseen([changed, items[2]!])).toEqual([items[2]]);
      expect(await next.seen.unseen([])).toEqual([]);
    });

    it("keeps dead letters, the last one of an id", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      await session.append({ ...NOTHING, poison: [{ id: "a", reason: "no JSON", raw: "{" }] });
      await session.append({
        ...NOTHING,
        poison: [
          { id: "a", reason: "still none", raw: "{{" },
          { id: "b", reason: "no JSON", raw: "" },
        ],
      });
      const letters = [...(await world.deadLetters(WATCHER.id))].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(letters).toMatchObject([
        { id: "a", reason: "still none", raw: "{{" },
        { id: "b", reason: "no JSON", raw: "" },
      ]);
    });

    it("refuses a watcher that reads another thing than its position belongs to, and leaves the session alone", async () => {
      await using world = await create();
      const session = await world.outbox.open(WATCHER);
      expect(await codeOf(world.outbox.open({ ...WATCHER, fingerprint: "other/**" }))).toBe("E_WATCHER_CHANGED");
      expect((await appended(session, ["a"]))?.seq).toBe(1);
    });

    it("keeps two watchers apart", async () => {
      await using world = await create();
      const one = await world.outbox.open(WATCHER);
      const other = await world.outbox.open({ ...WATCHER, id: "others" });
      await appended(one, ["a"]);
      expect((await appended(other, ["a"]))?.seq).toBe(1);
      expect(await other.unsent()).toHaveLength(1);
    });

    it("begins a new generation on a reset that redelivers: what was published is new, and what was unsent goes first", async () => {
      await using world = await create();
      const before = await world.outbox.open(WATCHER);
      await appended(before, ["a"], 1);
      await appended(before, ["b"], 2);
      await before.markSent(1);
      await before.append({ ...NOTHING, seen: [{ item: "i", version: "1" }] });
      expect(await world.outbox.reset(reset())).toEqual({ generation: 2 });
      expect(await codeOf(appended(before, ["c"]))).toBe("E_WATCHER_FENCED");
      const after = await world.outbox.open({ ...WATCHER, fingerprint: "other/**" });
      expect(after).toMatchObject({ generation: 2, cursor: undefined, startAt: "beginning", sent: 0 });
      expect(await after.seen.unseen([{ item: "i", version: "1" }])).toHaveLength(1);
      expect(await appended(after, ["a", "b"], 1)).toMatchObject({ generation: 2, seq: 1 });
      expect((await after.unsent()).map((batch) => [batch.generation, batch.seq])).toEqual([
        [1, 2],
        [2, 1],
      ]);
      await after.markSent(2, 1);
      expect((await after.unsent()).map((batch) => [batch.generation, batch.seq])).toEqual([[2, 1]]);
      await after.markSent(1);
      expect((await world.outbox.open({ ...WATCHER, fingerprint: "other/**" })).sent).toBe(1);
    });

    it("stays in the generation on a reset that skips: what was published does not come again", async () => {
      await using world = await create();
      const before = await world.outbox.open(WATCHER);
      await appended(before, ["a"], 1);
      expect(await world.outbox.reset(reset({ to: "now", deliver: "skip" }))).toEqual({ generation: 1 });
      const after = await world.outbox.open(WATCHER);
      expect(after).toMatchObject({ generation: 1, cursor: undefined, startAt: "now" });
      expect(await appended(after, ["a", "b"], 1)).toMatchObject({ seq: 2, events: arrived("b") });
    });

    it("does a reset once, however often it is asked for", async () => {
      await using world = await create();
      await world.outbox.open(WATCHER);
      await world.outbox.reset(reset());
      const session = await world.outbox.open(WATCHER);
      expect(await world.outbox.reset(reset())).toEqual({ generation: 2 });
      expect((await appended(session, ["a"]))?.generation).toBe(2);
    });

    it("takes a reset of a watcher that never ran", async () => {
      await using world = await create();
      await world.outbox.reset(reset({ to: "beginning", deliver: "skip" }));
      expect(await world.outbox.open(WATCHER)).toMatchObject({ startAt: "beginning" });
    });
  });
}
