import type pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import type { Source } from "../../../core/source.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { type FollowBy, type PostgresRow, postgresTable, type TableCursor } from "../../../watchers/postgres/index.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { expectTakes } from "../taking.ts";
import { createTableWorld, type TableWorld, WAYS } from "./table-world.ts";

let world: TableWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  const running = sessions;
  sessions = [];
  await Promise.all(running.map((session) => session.stop().catch(() => undefined)));
  await world.dispose();
});

async function watchTable(by: FollowBy, startAt: unknown = "beginning", options = {}) {
  world = await createTableWorld(by);
  const outbox = createMemoryOutbox();
  const registry = createRecordingRegistry();
  const start = (from = startAt, more = options): RunningSession => {
    const session = startSession(world.watcherBy(more, from), outbox, registry, { connection: world.connection });
    sessions.push(session);
    return session;
  };
  const names = (): string[] => registry.taken.map((event) => world.nameOf(event)).sort();
  const published = (expected: readonly string[]) => until(`${expected.join(", ")} are published`, () => names().join() === [...expected].sort().join());
  const cursor = (): TableCursor => outbox.view("orders").cursor as TableCursor;
  const runs = (session: RunningSession) => until("the session runs", () => session.healths.some((health) => health.status === "running"));
  return { registry, start, names, published, cursor, runs };
}

const insert = (client: pg.Client, name: string) => client.query("insert into sales.orders (name) values ($1)", [name]);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(Object.entries(WAYS))("by %s", (way, by) => {
  it("publishes a row whose transaction commits long after later ones", async () => {
    const { start, names, published } = await watchTable(by);
    const slow = await world.another();
    start();
    await slow.query("begin");
    await insert(slow, "slow");
    for (const name of ["a", "b"]) await insert(world.db, name);
    if (way !== "xid") await published(["a", "b"]);
    // Longer than lookback and patience: what is waited for is the transaction.
    await pause(800);
    await insert(world.db, "c");
    expect(names()).not.toContain("slow");
    await slow.query("commit");
    await published(["a", "b", "c", "slow"]);
  });

  it("publishes a row that was not yet committed when the watcher began, and not those that existed", async () => {
    const { start, published, runs } = await watchTable(by, "now");
    const slow = await world.another();
    await insert(world.db, "old");
    await slow.query("begin");
    await insert(slow, "open");
    await insert(world.db, "old too");
    await runs(start());
    await slow.query("commit");
    await insert(world.db, "new");
    await published(["new", "open"]);
  });

  it("loses and doubles nothing with many writers, rollbacks, pauses and restarts", { timeout: 60_000 }, async () => {
    const { start, names, published } = await watchTable(by);
    const committed: string[] = [];
    const write = async (writer: number): Promise<void> => {
      const client = await world.another();
      for (let k = 0; k < 40; k += 1) {
        const batch = Array.from({ length: 1 + (k % 3) }, (_, n) => `${writer}-${k}-${n}`);
        await client.query("begin");
        for (const name of batch) {
          await insert(client, name);
          if ((k + writer) % 7 === 0) await pause((k * 13) % 40);
        }
        const rolledBack = (k * writer) % 5 === 1;
        await client.query(rolledBack ? "rollback" : "commit");
        if (!rolledBack) committed.push(...batch);
      }
    };
    let over = false;
    const restarting = (async () => {
      while (!over) {
        const session = start();
        await pause(150);
        await session.stop();
      }
    })();
    await Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)));
    over = true;
    await restarting;
    start();
    await published(committed);
    await pause(700);
    expect(names()).toEqual([...committed].sort());
  });

  it("reads rows of one transaction over several pages", async () => {
    const { registry, start, cursor } = await watchTable(by);
    await world.db.query("insert into sales.orders (name) select 'row ' || n from generate_series(1, 1700) n");
    const session = start();
    await until("all are published", () => registry.taken.length >= 1700, 20_000);
    await pause(600);
    expect(new Set(registry.taken.map((event) => event.id)).size).toBe(1700);
    expect(registry.taken).toHaveLength(1700);
    await session.stop();
    // The position is behind everything: a new session has nothing to read again.
    expect(cursor()).not.toHaveProperty("holes");
  });

  it("reads rows of one transaction in the order of their numbers, not of the digits", async () => {
    const { registry, start } = await watchTable(by, "beginning", { key: "no" });
    await world.db.query("insert into sales.orders (name) select 'row ' || n from generate_series(1, 2500) n");
    start();
    await until("all are published", () => registry.taken.length >= 2500, 20_000);
    const numbers = registry.taken.map((event) => Number((event.data as unknown as PostgresRow).key[0]));
    expect(numbers).toEqual(Array.from({ length: 2500 }, (_, n) => n + 1));
  });

  it("goes on after the server closed its connection", async () => {
    const { start, published, runs } = await watchTable(by);
    const session = start();
    await runs(session);
    await world.db.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'headgate watcher' and datname = current_database()");
    await insert(world.db, "after");
    await published(["after"]);
    expect(session.healths.map(({ code }) => code)).toContain("E_SOURCE");
  });
});

it.each(["xid", "timestamp"] as const)("publishes a changed row again by %s, under the same key", async (way) => {
  const { registry, start, published } = await watchTable(WAYS[way]);
  start();
  await insert(world.db, "a");
  await published(["a"]);
  await world.db.query("update sales.orders set amount = 2, changed_xid = pg_current_xact_id(), changed_at = now() where name = 'a'");
  await published(["a", "a"]);
  const [before, after] = registry.taken.map((event) => event.data as unknown as PostgresRow<{ amount: string }>);
  expect([before?.row.amount, after?.row.amount]).toEqual(["0.10000", "2.00000"]);
  expect(before?.key).toEqual(after?.key);
  expect(before?.version).not.toBe(after?.version);
});

it("tells rows apart that one microsecond separates", async () => {
  const { registry, start, published } = await watchTable(WAYS.timestamp);
  for (const [name, microsecond] of [
    ["a", "000001"],
    ["b", "000002"],
    ["c", "000002"],
  ]) {
    await world.db.query("insert into sales.orders (name, changed_at) values ($1, $2)", [name, `2026-11-23T08:00:00.${microsecond}+01:00`]);
  }
  start();
  await published(["a", "b", "c"]);
  expect(registry.taken.map((event) => [event.id, event.time])).toEqual([
    ["a@2026-11-23T07:00:00.000001Z", "2026-11-23T07:00:00.000001Z"],
    ["b@2026-11-23T07:00:00.000002Z", "2026-11-23T07:00:00.000002Z"],
    ["c@2026-11-23T07:00:00.000002Z", "2026-11-23T07:00:00.000002Z"],
  ]);
});

it("waits for a number that a transaction took before it wrote anything", async () => {
  const { start, published, runs } = await watchTable(WAYS.sequence);
  await runs(start());
  const slow = await world.another();
  // The server logs a sequence once for many numbers: only then does taking one give the transaction an id.
  await insert(world.db, "first");
  await slow.query("begin");
  const { rows } = await slow.query("select nextval('sales.orders_no_seq') as no");
  expect((await slow.query("select pg_current_xact_id_if_assigned() as xid")).rows).toEqual([{ xid: null }]);
  await insert(world.db, "second");
  await published(["first", "second"]);
  await pause(900);
  await slow.query("insert into sales.orders (no, name) overriding system value values ($1, 'slow')", [rows[0]?.no]);
  await slow.query("commit");
  await published(["first", "second", "slow"]);
});

it("forgets the numbers of what was rolled back", async () => {
  const { start, published, cursor } = await watchTable(WAYS.sequence);
  await world.db.query("begin");
  for (const name of ["x", "y"]) await insert(world.db, name);
  await world.db.query("rollback");
  await insert(world.db, "a");
  start();
  await published(["a"]);
  await until("no hole is left", () => cursor() !== undefined && "sequence" in cursor() && !("holes" in cursor()));
});

it("keeps every digit, and gives the rest as JSON", async () => {
  const { registry } = await watchTable(WAYS.xid);
  await world.db.query(`
    create table sales.odd (id bigint not null, region char(4) not null, total numeric, ids bigint[], at timestamptz, body jsonb, gone text,
      "it's ""quoted""" boolean, unlisted text, changed_xid xid8 not null default pg_current_xact_id());
    insert into sales.odd values (9007199254740993, 'eu', 1234567890.123456789, '{9007199254740993}', '2026-11-23T08:00:00.123456+01', '{"name":"bäd"}', null, true, 'x')`);
  const map = ((item: PostgresRow) => ({ data: item })) as never;
  const watcher = {
    ...world.watcherBy({ table: "sales.odd", key: ["id", "region"], columns: ["id", "region", "total", "ids", "at", "body", "gone", 'it\'s "quoted"'] }),
    map,
  };
  const session = startSession(watcher, createMemoryOutbox(), registry, { connection: world.connection });
  sessions.push(session);
  await until("it is published", () => registry.taken.length === 1);
  expect(registry.taken[0]).toMatchObject({
    id: expect.stringMatching(/^\["9007199254740993","eu"\]@\d+$/),
    source: "postgres://warehouse/sales/odd?by=xid:changed_xid",
    data: {
      schema: "sales",
      table: "odd",
      key: ["9007199254740993", "eu"],
      row: {
        id: "9007199254740993",
        region: "eu  ",
        total: "1234567890.123456789",
        ids: ["9007199254740993"],
        at: "2026-11-23T07:00:00.123456+00:00",
        body: { name: "bäd" },
        gone: null,
        'it\'s "quoted"': true,
      },
    },
  });
});

it("wakes up by a notification long before it would poll", async () => {
  const { registry, runs } = await watchTable(WAYS.xid);
  const watcher = { ...world.watcherBy({ notify: "Orders changed" }), every: 600_000 };
  const session = startSession(watcher, createMemoryOutbox(), registry, { connection: world.connection });
  sessions.push(session);
  await runs(session);
  await pause(100);
  await world.db.query(`begin; insert into sales.orders (name) values ('a'); notify "Orders changed"; commit`);
  await until("it is published", () => registry.taken.length === 1);
});

it("says so when it may not see the transactions of others", async () => {
  const { runs } = await watchTable(WAYS.timestamp);
  const role = `r${Math.random().toString(36).slice(2)}`;
  await world.db.query(`create role ${role} login password 'p'; grant usage on schema sales to ${role}; grant select on sales.orders to ${role}`);
  const url = new URL(world.url);
  url.username = role;
  url.password = "p";
  const session = startSession(world.watcherBy({}), createMemoryOutbox(), createRecordingRegistry(), { connection: () => url.href });
  sessions.push(session);
  await runs(session);
  expect(session.log.join()).toContain("cannot be seen");
  await session.stop();
  await world.db.query(`drop owned by ${role}; drop role ${role}`);
});

describe("stops loudly", () => {
  it("when the sequence began again", async () => {
    const { start, published } = await watchTable(WAYS.sequence);
    const first = start();
    for (const name of ["a", "b", "c"]) await insert(world.db, name);
    await published(["a", "b", "c"]);
    await first.stop();
    await world.db.query("truncate sales.orders restart identity");
    await insert(world.db, "lost?");
    await expect(start().ended).rejects.toMatchObject({ code: "E_WATCHER_GAP", hint: expect.stringContaining("reset") });
  });

  it("when the table was made anew, and its numbers with it", async () => {
    const { start, published } = await watchTable(WAYS.sequence);
    const first = start();
    await insert(world.db, "a");
    await published(["a"]);
    await first.stop();
    await world.db.query("create table sales.other (like sales.orders including all); drop table sales.orders; alter table sales.other rename to orders");
    await expect(start().ended).rejects.toMatchObject({ code: "E_WATCHER_GAP", message: expect.stringContaining("made anew") });
  });

  it.each([
    { what: "another server", server: "7000000000000000000/00000001/1", by: "timestamp" as const, position: { timestamp: "2026-11-23T00:00:00Z" } },
    { what: "a server that was restored", server: "-/0000000A/1", by: "xid" as const, position: { xid: "1" } },
    { what: "a server that has not come so far", server: "-/-/1", by: "xid" as const, position: { xid: "18000000000000" } },
  ])("when the position is that of $what", async ({ server, by, position }) => {
    const { start } = await watchTable(WAYS[by], { ...position, server });
    await expect(start().ended).rejects.toMatchObject({ code: "E_WATCHER_GAP" });
  });
});

it("takes a failover for what it is where times bear it", async () => {
  const { start, published } = await watchTable(WAYS.timestamp, { timestamp: "2026-11-23T00:00:00Z", server: "-/0000000A/1" });
  await insert(world.db, "a");
  start();
  await published(["a"]);
});

it.each([
  { what: "a table that is not there", options: { table: "sales.nothing" }, says: "does not exist" },
  { what: "a column that is not there", options: { by: { xid: "nothing" } }, says: 'no column "nothing"' },
  { what: "a column of another type", options: { by: { xid: "changed_at" } }, says: "must be xid8" },
  { what: "times without a zone", options: { table: "sales.local", by: { timestamp: "at" } }, says: "time zone" },
  { what: "no primary key", options: { table: "sales.local", by: { sequence: "n" } }, says: "no primary key" },
  { what: "numbers that are not unique", options: { table: "sales.local", by: { sequence: "n" }, key: "n" }, says: "unique index" },
  { what: "a position of another kind", options: {}, startAt: { timestamp: "2026-11-23T00:00:00Z" }, says: "followed by xid" },
])("refuses $what and says what fits", async ({ options, startAt = "beginning", says }) => {
  const { start } = await watchTable(WAYS.xid, startAt as never, options);
  await world.db.query("create table sales.local (at timestamp, n int)");
  const session = start();
  await until("it says so", () => session.healths.some((health) => health.error !== undefined));
  expect(session.healths[0]).toMatchObject({ status: "backing-off", code: "E_CONFIG", error: expect.stringContaining(says) });
});

it("tasks take rows, and wait for one", async () => {
  world = await createTableWorld(WAYS.xid);
  const source = postgresTable({ connection: "warehouse", table: "sales.orders", by: WAYS.xid }) as unknown as Source;
  const nameOf = ({ row }: PostgresRow<{ name: string }>): string => row.name;
  await expectTakes({ source, connection: world.connection, put: (name) => insert(world.db, name), nameOf });
});
