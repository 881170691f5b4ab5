import { afterEach, describe, expect, it } from "vitest";
import type { SourceAsset } from "../../../../core/source.ts";
import { postgresServer } from "../../../../scripts/servers/postgres.ts";
import type { BatchSender } from "../../../../watchers/batch-sender.ts";
import { createMemoryOutbox } from "../../../../watchers/outbox-memory.ts";
import { type ChangesCursor, type PostgresChange, type PostgresChangesOptions, postgresChanges } from "../../../../watchers/postgres/index.ts";
import { describeWithServer } from "../../../support/servers.ts";
import { createRecordingRegistry } from "../../recording-registry.ts";
import { type RunningSession, startSession, until } from "../../session-run.ts";
import { type Kept, readSource, type SourceReading } from "../../source-reading.ts";
import { type ChangesWorld, createChangesWorld } from "./changes-world.ts";

type Reading = SourceReading<PostgresChange, ChangesCursor>;

const ORDERS: SourceAsset = { uri: "postgres://warehouse/sales/orders" };
const PATIENCE = 30_000;

let world: ChangesWorld;
let readings: Reading[] = [];
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  await Promise.all(readings.map((reading) => reading.stop().catch(() => undefined)));
  [readings, sessions] = [[], []];
  await world.dispose();
});

await describeWithServer("the source of changes in Postgres", postgresServer, (server) => {
  async function readChanges(options: Partial<PostgresChangesOptions> = {}, kept: Kept<ChangesCursor> = { seen: new Map() }, startAt: unknown = "now") {
    const source = postgresChanges({ ...world.options, ...options });
    const before = kept.cursor;
    const reading = readSource(source, { asset: ORDERS, startAt: startAt as "now", connection: world.connection }, kept);
    readings.push(reading);
    await until("it reads", () => reading.polls() > (before === undefined ? 1 : 0) || reading.items.length > 0, PATIENCE);
    return reading;
  }
  const arrive = (reading: Reading, count: number) => until(`${count} changes arrive`, () => reading.items.length >= count, PATIENCE);
  const brief = (changes: readonly PostgresChange[]) => changes.map(({ operation, row, before }) => ({ operation, row, before }));

  describe("what it tells", () => {
    it("tells inserts, updates, deletes and truncates in their order", async () => {
      world = await createChangesWorld(server());
      const reading = await readChanges();
      await world.db().query("insert into sales.orders values ('a', 1.5, null)");
      await world.db().query("update sales.orders set amount = 2 where name = 'a'");
      await world.db().query("update sales.orders set name = 'b' where name = 'a'");
      await world.db().query("delete from sales.orders where name = 'b'");
      await world.db().query("truncate sales.orders");
      await arrive(reading, 5);
      expect(brief(reading.items)).toEqual([
        { operation: "insert", row: { name: "a", amount: "1.50000", note: null }, before: null },
        { operation: "update", row: { name: "a", amount: "2.00000", note: null }, before: null },
        { operation: "update", row: { name: "b", amount: "2.00000", note: null }, before: { name: "a" } },
        { operation: "delete", row: null, before: { name: "b" } },
        { operation: "truncate", row: null, before: null },
      ]);
      expect(reading.items[0]).toMatchObject({
        schema: "sales",
        table: "orders",
        index: 0,
        commit: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
        server: expect.stringMatching(/^\d{15,}\/1$/),
        at: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      });
    });

    it("tells transactions whole, in the order of their commits, and not those that are rolled back", async () => {
      world = await createChangesWorld(server());
      const reading = await readChanges();
      const [first, second, undone] = [await world.another(), await world.another(), await world.another()];
      for (const [client, name] of [
        [first, "first"],
        [second, "second"],
        [undone, "undone"],
      ] as const) {
        await client.query("begin");
        await client.query("insert into sales.orders (name) values ($1)", [`${name}-1`]);
      }
      for (const [client, name] of [
        [second, "second"],
        [first, "first"],
      ] as const) {
        await client.query("insert into sales.orders (name) values ($1)", [`${name}-2`]);
        await client.query("commit");
      }
      await undone.query("rollback");
      await world.put("last");
      await arrive(reading, 5);
      expect(reading.items.map(({ row, index }) => [row?.name, index])).toEqual([
        ["second-1", 0],
        ["second-2", 1],
        ["first-1", 0],
        ["first-2", 1],
        ["last", 0],
      ]);
    });

    it("tells of values what postgresTable() tells", async () => {
      world = await createChangesWorld(server());
      await world.db().query(`
        create type sales.mood as enum ('sad', 'ok');
        create table sales.kinds (
          id bigint primary key, flag bool, small int2, ratio float8, odd float4, price numeric, day date, at timestamptz, wall timestamp,
          doc jsonb, tags text[], grid int4[], big int8[], ids uuid[], raw bytea, span interval, mood sales.mood, "Größe" text);
        alter publication sales add table sales.kinds`);
      const reading = await readChanges({ table: "sales.kinds" });
      await world.db().query(`set time zone 'Asia/Tokyo'`);
      await world.db().query(`
        insert into sales.kinds values (9007199254740993, true, -7, 0.1, 'NaN', 12345678901234567890.123, '2026-11-23', '2026-11-23T08:00:00.123456+01',
          '2026-11-23 08:00:00', '{"a": [1, null]}', '{"x,y",null,"\\"q\\""}', '{{1,2},{3,4}}', '{9007199254740993}',
          '{6f1e6b0e-6f0e-4e6b-8f0e-6b0e6f1e6b0e}', '\\xdead', '1 day 02:03:04', 'ok', 'ü\u0001')`);
      await arrive(reading, 1);
      expect(reading.items[0]?.row).toEqual({
        id: "9007199254740993",
        flag: true,
        small: -7,
        ratio: 0.1,
        odd: "NaN",
        price: "12345678901234567890.123",
        day: "2026-11-23",
        at: "2026-11-23T07:00:00.123456+00:00",
        wall: "2026-11-23T08:00:00",
        doc: { a: [1, null] },
        tags: ["x,y", null, '"q"'],
        grid: [
          [1, 2],
          [3, 4],
        ],
        big: ["9007199254740993"],
        ids: ["6f1e6b0e-6f0e-4e6b-8f0e-6b0e6f1e6b0e"],
        raw: "\\xdead",
        span: "1 day 02:03:04",
        mood: "ok",
        Größe: "ü\u0001",
      });
    });

    it.each([
      { identity: "default", row: { name: "a", amount: "2.00000" }, unchanged: ["note"], before: null, gone: { name: "a" } },
      { identity: "full", row: { name: "a", amount: "2.00000", note: "long" }, unchanged: undefined, before: { amount: "0.10000" }, gone: { note: "long" } },
    ])("with replica identity $identity: large values that did not change, and old rows", async ({ identity, row, unchanged, before, gone }) => {
      world = await createChangesWorld(server());
      await world.db().query(`alter table sales.orders replica identity ${identity}; alter table sales.orders alter note set storage external`);
      await world.db().query("insert into sales.orders (name, note) values ('a', repeat('0123456789', 1000))");
      const reading = await readChanges();
      await world.db().query("update sales.orders set amount = 2");
      await world.db().query("delete from sales.orders");
      await arrive(reading, 2);
      const short = (value: object | null | undefined): unknown =>
        JSON.parse(JSON.stringify(value ?? null), (_, one) => (typeof one === "string" && one.length > 100 ? "long" : one));
      const [updated, deleted] = reading.items;
      expect(short(updated?.row)).toEqual(row);
      expect(updated?.unchanged).toEqual(unchanged);
      expect(short(updated?.before)).toEqual(before === null ? null : expect.objectContaining(before));
      expect(short(deleted?.before)).toEqual(expect.objectContaining(gone));
    });

    it("follows a table that changes its form, and tells of the other tables only when asked", async () => {
      world = await createChangesWorld(server());
      await world.db().query("create table sales.items (no int primary key); alter publication sales add table sales.items");
      const one = await readChanges();
      await world.put("a");
      await world.db().query("insert into sales.items values (1)");
      await world.db().query("alter table sales.orders drop column note; alter table sales.orders add column region text default 'eu'");
      await world.put("b");
      await arrive(one, 2);
      await one.stop();
      expect(one.items.map(({ row }) => row)).toEqual([
        { name: "a", amount: "0.10000", note: null },
        { name: "b", amount: "0.10000", region: "eu" },
      ]);
      const all = await readChanges({ table: "*", slot: `${world.slot}_all` }, { seen: new Map() });
      await world
        .db()
        .query("begin; insert into sales.items values (2); insert into sales.orders (name) values ('c'); truncate sales.orders, sales.items; commit");
      await arrive(all, 4);
      expect(all.items.map(({ table, operation, index }) => `${table} ${operation} ${index}`).sort()).toEqual([
        "items insert 0",
        expect.stringMatching(/^items truncate [23]$/),
        "orders insert 1",
        expect.stringMatching(/^orders truncate [23]$/),
      ]);
    });
  });

  describe("a large transaction", () => {
    const ROWS = 20_000;

    /** Batches one by one: each is asked for when the one before is done. */
    function readByHand(kept: Kept<ChangesCursor>) {
      const stop = new AbortController();
      const log = { info: () => undefined, warn: () => undefined };
      const context = {
        asset: ORDERS,
        startAt: "now" as const,
        every: 50,
        signal: stop.signal,
        log,
        seen: { unseen: async () => [] },
        connection: world.connection,
      };
      const batches = postgresChanges(world.options)
        .read({ ...context, ...(kept.cursor === undefined ? {} : { cursor: kept.cursor }) })
        [Symbol.asyncIterator]();
      return {
        next: async (): Promise<readonly PostgresChange[]> => {
          const { value } = await batches.next();
          if (value?.cursor !== undefined) kept.cursor = value.cursor;
          await value?.ack?.();
          return value?.items ?? [];
        },
        stop: async () => {
          stop.abort();
          await batches.return?.(undefined);
        },
      };
    }

    it("comes in parts, and goes on in its middle", { timeout: 120_000 }, async () => {
      world = await createChangesWorld(server());
      const kept: Kept<ChangesCursor> = { seen: new Map() };
      const first = readByHand(kept);
      await first.next();
      await world.db().query(`insert into sales.orders (name) select 'n' || k from generate_series(1, ${ROWS}) k`);
      const done: PostgresChange[] = [];
      while (done.length < 1_000) done.push(...(await first.next()));
      await first.stop();
      expect(kept.cursor?.within?.done).toBe(done.length);
      const second = await readChanges({}, kept);
      await world.put("after");
      await arrive(second, ROWS - done.length + 1);
      const all = [...done, ...second.items];
      expect(all.map(({ row }) => row?.name)).toEqual([...Array.from({ length: ROWS }, (_, k) => `n${k + 1}`), "after"]);
      expect(new Set(all.map(({ commit, index }) => `${commit}:${index}`)).size).toBe(ROWS + 1);
      expect(all.at(-2)?.index).toBe(ROWS - 1);
    });

    it("makes the server wait for a watcher that is slow, longer than wal_sender_timeout", { timeout: 120_000 }, async () => {
      world = await createChangesWorld(server());
      await world.db().query(`alter database ${world.slot} set wal_sender_timeout = '2s'`);
      const reading = readByHand({ seen: new Map() });
      await reading.next();
      await reading.next();
      await world.db().query("insert into sales.orders (name, note) select 'n' || k, repeat('x', 5000) from generate_series(1, 20000) k");
      let count = 0;
      let largest = 0;
      const take = async (): Promise<void> => {
        const { length } = await reading.next();
        count += length;
        largest = Math.max(largest, length);
      };
      while (count === 0) await take();
      const waits = "select wait_event from pg_stat_activity where backend_type = 'walsender' and datname = $1";
      await until("the server waits", async () => (await world.db().query(waits, [world.slot])).rows[0]?.wait_event === "WalSenderWriteData", PATIENCE);
      const sender = "select pid from pg_stat_activity where backend_type = 'walsender' and datname = $1";
      const before = (await world.db().query(sender, [world.slot])).rows;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      while (count < 20_000) await take();
      expect(count).toBe(20_000);
      expect(largest).toBeLessThanOrEqual(500);
      // The same connection as before: it was not given up meanwhile.
      expect((await world.db().query(sender, [world.slot])).rows).toEqual(before);
      await reading.stop();
    });
  });

  describe("what it confirms", () => {
    const confirmed = async (): Promise<string> =>
      (await world.db().query("select confirmed_flush_lsn::text as lsn from pg_replication_slots where slot_name = $1", [world.slot])).rows[0]?.lsn;
    const isPast = async (commit: string): Promise<boolean> =>
      (await world.db().query("select $1::pg_lsn > $2::pg_lsn as past", [await confirmed(), commit])).rows[0]?.past;

    it("confirms what the registry accepted, and nothing that it has not", async () => {
      world = await createChangesWorld(server());
      await world.makeSlot();
      const outbox = createMemoryOutbox();
      const registry = createRecordingRegistry();
      let away = true;
      const sender: BatchSender = {
        send: async (batch) => {
          if (away) throw new Error("the registry is away");
          await registry.send(batch);
        },
      };
      const before = await confirmed();
      sessions.push(startSession(world.watcherBy({}, { lsn: before }), outbox, sender, { connection: world.connection }));
      await world.put("a");
      await until("a batch waits", () => outbox.view("orders").unsent > 0, PATIENCE);
      await world.put("b");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await confirmed()).toBe(before);
      away = false;
      await until("both are taken", () => registry.taken.length === 2, PATIENCE);
      await until("it is confirmed", () => isPast(String(registry.taken[1]?.data?.commit)), PATIENCE);
      expect(registry.taken.map(({ id }) => id)).toEqual(registry.taken.map(({ data }) => `${data?.server}/${data?.commit}:0`));
    });

    it("lets the server forget a log in which nothing is for it", { timeout: 60_000 }, async () => {
      world = await createChangesWorld(server());
      const kept: Kept<ChangesCursor> = { seen: new Map() };
      const reading = await readChanges({}, kept);
      await world.db().query("create table sales.noise as select k, repeat('x', 100) from generate_series(1, 20000) k");
      const { rows } = await world.db().query("select pg_current_wal_lsn()::text as lsn");
      await until("it is confirmed", () => isPast(rows[0].lsn).then((past) => past || confirmed().then((lsn) => lsn === rows[0].lsn)), PATIENCE);
      expect(reading.items).toEqual([]);
      // Position first, confirmation after: so the slot is never ahead of the position.
      await reading.stop();
      await world.put("a");
      const second = await readChanges({}, kept);
      await arrive(second, 1);
    });
  });

  describe("where it begins", () => {
    it("begins now, also with a slot that holds older changes", async () => {
      world = await createChangesWorld(server());
      await world.makeSlot();
      await world.put("old");
      const reading = await readChanges();
      await world.put("new");
      await arrive(reading, 1);
      expect(reading.items.map(({ row }) => row?.name)).toEqual(["new"]);
      expect(reading.lines.join()).toContain("taken as known");
    });

    it("begins at a position", async () => {
      world = await createChangesWorld(server());
      await world.makeSlot();
      await world.put("old");
      const { rows } = await world.db().query("select pg_current_wal_lsn()::text as lsn");
      await world.put("new");
      const reading = await readChanges({}, { seen: new Map() }, { lsn: rows[0].lsn });
      await arrive(reading, 1);
      expect(reading.items.map(({ row }) => row?.name)).toEqual(["new"]);
    });
  });
});
