import { describe, expect, it } from "vitest";
import type { EventInput } from "../../core/event.ts";
import type { ContractOutbox } from "../../testing/source-contract/source-contract.ts";
import type { OutboxSession } from "../../watchers/outbox.ts";

export type OutboxWorld = ContractOutbox;

const place = { id: "w", source: "list://a", fingerprint: "list list://a" };
const event = (id: string, data = {}): EventInput => ({ asset: "s3://lake/raw", source: "list://a", id, data });
const nothing = { events: [], cursor: undefined, seen: [], poison: [] } as const;
const reset = (id: string, to: "beginning" | "now", deliver: "redeliver" | "skip") => ({ id, watcher: "w", to, deliver, by: "ana" });

/** What an outbox must do, whatever keeps it. */
export function outboxContract(name: string, createOutboxWorld: () => Promise<OutboxWorld>): void {
  const open = async (): Promise<{ world: OutboxWorld; session: OutboxSession }> => {
    const world = await createOutboxWorld();
    return { world, session: await world.outbox.open(place) };
  };

  describe(`${name} keeps the contract of outboxes`, () => {
    it("begins at generation 1 without a position", async () => {
      const { session } = await open();
      expect(session).toMatchObject({ generation: 1, cursor: undefined, sent: 0 });
      expect(session.startAt).toBeUndefined();
      expect(await session.unsent()).toEqual([]);
    });

    it("numbers batches 1, 2, 3 and gives those that are not marked again, unchanged and in order", async () => {
      const { world, session } = await open();
      // Order of fields, and text that a database might change.
      const odd = event("1", { z: 1, a: "ü \u0001 \\u0000 1e3", n: 1e21, nested: [{ b: 1, a: null }], odd: "\0 \ud800 é" });
      const first = await session.append({ ...nothing, events: [odd], cursor: { at: 1 } });
      const second = await session.append({ ...nothing, events: [event("2"), event("3")], cursor: { at: 3, list: [null, 1.5] } });
      expect(first).toEqual({ watcher: "w", generation: 1, seq: 1, events: [odd] });
      expect(second?.seq).toBe(2);
      const again = await world.outbox.open(place);
      expect(JSON.stringify(await again.unsent())).toBe(JSON.stringify([first, second]));
      await again.markSent(1);
      expect(JSON.stringify(await again.unsent())).toBe(JSON.stringify([second]));
      expect(await world.outbox.open(place)).toMatchObject({ cursor: { at: 3, list: [null, 1.5] }, sent: 1 });
    });

    it("keeps the order of a batch of 1,000 events", async () => {
      const { session } = await open();
      const ids = Array.from({ length: 1_000 }, (_, k) => `file-${(k * 7919) % 1_000}`);
      expect((await session.append({ ...nothing, events: ids.map((id) => event(id)) }))?.events.map(({ id }) => id)).toEqual(ids);
    });

    it("leaves out events of an id that it had, and whole batches of them", async () => {
      const { world, session } = await open();
      await session.append({ ...nothing, events: [event("1"), event("2")] });
      const mixed = await session.append({ ...nothing, events: [event("2"), event("3"), event("3")] });
      expect(mixed).toMatchObject({ seq: 2, events: [event("3")] });
      expect(await session.append({ ...nothing, events: [event("1")], cursor: { at: 9 } })).toBeUndefined();
      expect(await session.append({ ...nothing, events: [event("4")] })).toMatchObject({ seq: 3 });
      // The next session knows them too, and where the batch stood that had nothing new.
      const next = await world.outbox.open(place);
      expect(next.cursor).toEqual({ at: 9 });
      expect(await next.append({ ...nothing, events: [event("5"), event("2")] })).toMatchObject({ seq: 4, events: [event("5")] });
    });

    it("leaves the position where it is without a cursor", async () => {
      const { world, session } = await open();
      await session.append({ ...nothing, cursor: { at: 1 } });
      await session.append({ ...nothing, events: [event("1")] });
      expect((await world.outbox.open(place)).cursor).toEqual({ at: 1 });
    });

    it("tells what it has not seen, in the given order", async () => {
      const { session } = await open();
      await session.append({
        ...nothing,
        seen: [
          { item: "a", version: "1" },
          { item: "b", version: "1" },
        ],
      });
      await session.append({ ...nothing, seen: [{ item: "b", version: "2" }] });
      const asked = [
        { item: "c", version: "1" },
        { item: "b", version: "1" },
        { item: "a", version: "1" },
        { item: "b", version: "2" },
      ];
      expect(await session.seen.unseen(asked)).toEqual([
        { item: "c", version: "1" },
        { item: "b", version: "1" },
      ]);
      expect(await session.seen.unseen([])).toEqual([]);
    });

    it("keeps one dead letter for each id, the newest", async () => {
      const { world, session } = await open();
      await session.append({
        ...nothing,
        poison: [
          { id: "a", reason: "first", raw: "1" },
          { id: "b", reason: "other", raw: "2" },
        ],
      });
      await session.append({ ...nothing, poison: [{ id: "a", reason: "second", raw: "3" }] });
      expect([...(await world.deadLetters("w"))].sort((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
        { id: "a", reason: "second", raw: "3" },
        { id: "b", reason: "other", raw: "2" },
      ]);
    });

    it.each(["append", "markSent"] as const)("fences %s of a session after another one opened", async (call) => {
      const { world, session } = await open();
      await session.append({ ...nothing, events: [event("1")] });
      const newer = await world.outbox.open(place);
      const late =
        call === "append" ? session.append({ events: [event("2")], cursor: { at: 2 }, seen: [{ item: "x", version: "1" }], poison: [] }) : session.markSent(1);
      await expect(late).rejects.toMatchObject({ code: "E_WATCHER_FENCED" });
      expect(await newer.unsent()).toHaveLength(1);
      expect(await newer.seen.unseen([{ item: "x", version: "1" }])).toHaveLength(1);
      expect((await world.outbox.open(place)).cursor).toBeUndefined();
    });

    it("lets one of two sessions that append at once win, and numbers without a gap", async () => {
      const { world } = await open();
      for (let round = 0; round < 10; round += 1) {
        const old = await world.outbox.open(place);
        const late = (id: string) => old.append({ ...nothing, events: [event(id)] });
        const [young] = await Promise.all([world.outbox.open(place), late(`old-${round}`).catch((error: unknown) => error)]);
        await young.append({ ...nothing, events: [event(`young-${round}`)] });
        await expect(late(`late-${round}`)).rejects.toMatchObject({ code: "E_WATCHER_FENCED" });
      }
      const batches = await (await world.outbox.open(place)).unsent();
      expect(batches.map(({ seq }) => seq)).toEqual(batches.map((_, k) => k + 1));
      expect(batches.flatMap(({ events }) => events).filter(({ id }) => id?.startsWith("young"))).toHaveLength(10);
    });

    it("keeps watchers apart", async () => {
      const { world, session } = await open();
      const other = await world.outbox.open({ ...place, id: "other" });
      await session.append({ ...nothing, events: [event("1")], seen: [{ item: "a", version: "1" }] });
      expect(await other.append({ ...nothing, events: [event("1")] })).toMatchObject({ watcher: "other", seq: 1 });
      expect(await other.seen.unseen([{ item: "a", version: "1" }])).toHaveLength(1);
    });

    it("refuses a watcher that reads another thing until its position is reset", async () => {
      const { world, session } = await open();
      await session.append({ ...nothing, cursor: { at: 1 } });
      const moved = { id: "w", source: "list://b", fingerprint: "list list://b" };
      await expect(world.outbox.open(moved)).rejects.toMatchObject({
        code: "E_WATCHER_CHANGED",
        message: expect.stringContaining("list://a"),
        hint: expect.stringContaining("reset"),
      });
      // Whoever was refused has not fenced the session.
      expect(await session.append({ ...nothing, events: [event("1")] })).toMatchObject({ seq: 1 });
      await world.outbox.reset(reset("r1", "now", "skip"));
      expect(await world.outbox.open(moved)).toMatchObject({ cursor: undefined, startAt: "now" });
    });

    it("gives the next session the position of a reset as it was asked for", async () => {
      const { world, session } = await open();
      await session.append({ ...nothing, cursor: { at: 1 } });
      const to = { after: "2026-11-23T00:00:00Z", next: { "0": "42" } };
      await world.outbox.reset({ ...reset("r1", "now", "skip"), to, why: "the topic is 'new'" });
      expect(await world.outbox.open(place)).toMatchObject({ cursor: undefined, startAt: to });
    });

    it("begins the next generation with a reset that redelivers, and keeps what was not sent", async () => {
      const { world, session } = await open();
      await session.append({ ...nothing, events: [event("1")], cursor: { at: 1 }, seen: [{ item: "a", version: "1" }] });
      await session.append({ ...nothing, events: [event("2")] });
      await session.markSent(1);
      expect(await world.outbox.reset(reset("r1", "beginning", "redeliver"))).toEqual({ generation: 2 });
      await expect(session.append(nothing)).rejects.toMatchObject({ code: "E_WATCHER_FENCED" });
      const next = await world.outbox.open(place);
      expect(next).toMatchObject({ generation: 2, cursor: undefined, startAt: "beginning", sent: 0 });
      expect(await next.seen.unseen([{ item: "a", version: "1" }])).toHaveLength(1);
      expect(await next.append({ ...nothing, events: [event("1")] })).toMatchObject({ generation: 2, seq: 1, events: [event("1")] });
      expect((await next.unsent()).map(({ generation, seq }) => [generation, seq])).toEqual([
        [1, 2],
        [2, 1],
      ]);
      await next.markSent(2, 1);
      expect((await next.unsent()).map(({ generation, seq }) => [generation, seq])).toEqual([[2, 1]]);
      await next.markSent(1);
      expect(await next.unsent()).toEqual([]);
      expect((await world.outbox.open(place)).sent).toBe(1);
    });

    it("stays in the generation with a reset that skips", async () => {
      const { world, session } = await open();
      await session.append({ ...nothing, events: [event("1")], cursor: { at: 1 } });
      expect(await world.outbox.reset(reset("r1", "beginning", "skip"))).toEqual({ generation: 1 });
      const next = await world.outbox.open(place);
      expect(next).toMatchObject({ generation: 1, cursor: undefined, startAt: "beginning" });
      expect(await next.append({ ...nothing, events: [event("1"), event("2")] })).toMatchObject({ seq: 2, events: [event("2")] });
    });

    it("takes a reset of a watcher that never ran", async () => {
      const { outbox } = await createOutboxWorld();
      await outbox.reset(reset("r1", "beginning", "skip"));
      expect(await outbox.open(place)).toMatchObject({ startAt: "beginning" });
    });

    it("does the same reset once", async () => {
      const { world } = await open();
      await world.outbox.reset(reset("r1", "beginning", "redeliver"));
      const session = await world.outbox.open(place);
      await session.append({ ...nothing, cursor: { at: 1 } });
      expect(await world.outbox.reset(reset("r1", "beginning", "redeliver"))).toEqual({ generation: 2 });
      expect((await world.outbox.open(place)).cursor).toEqual({ at: 1 });
    });
  });
}
