import { afterEach, expect, it } from "vitest";
import type { WatcherDefinition } from "../../../../core/definition.ts";
import type { EventInput } from "../../../../core/event.ts";
import { postgresServer } from "../../../../scripts/servers/postgres.ts";
import type { BatchSender } from "../../../../watchers/batch-sender.ts";
import { createMemoryOutbox } from "../../../../watchers/outbox-memory.ts";
import type { PostgresChange, PostgresChangesOptions } from "../../../../watchers/postgres/index.ts";
import { describeWithServer } from "../../../support/servers.ts";
import { createRecordingRegistry } from "../../recording-registry.ts";
import { type RunningSession, startSession, until } from "../../session-run.ts";
import { type ChangesWorld, createChangesWorld } from "./changes-world.ts";

type Change = PostgresChange<{ name: string; amount: string; note: string | null }>;

const PATIENCE = 60_000;

let world: ChangesWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

const changeOf = ({ data }: EventInput): Change => data as unknown as Change;

/** The table as who follows the events has it. Fails at a row that is told twice, and at a change of a row that was never told. */
function replay(changes: readonly Change[]): ReadonlyMap<string, Change["row"]> {
  const rows = new Map<string, Change["row"]>();
  for (const { operation, row, before, commit, index } of changes) {
    const what = `${operation} of ${row?.name ?? before?.name} at ${commit}:${index}`;
    const old = before?.name ?? row?.name ?? "";
    if (operation === "read" || operation === "insert") expect(rows.has(old), `${what}: it was told before`).toBe(false);
    else expect(rows.has(old), `${what}: it was not told before`).toBe(true);
    rows.delete(old);
    if (row !== null) rows.set(row.name, row);
  }
  return rows;
}

await describeWithServer("rows that are there, before the changes in Postgres", postgresServer, (server) => {
  async function watchOrders() {
    world = await createChangesWorld(server());
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    // So slow that a session can be cut off in the middle.
    const send: BatchSender["send"] = async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await registry.send(batch);
    };
    const start = (options: Partial<PostgresChangesOptions> = {}): RunningSession => {
      const watcher: WatcherDefinition = { ...world.watcherBy(options, "beginning"), map: ((item: Change) => ({ data: item })) as never };
      const session = startSession(watcher, outbox, { ...registry, send }, { connection: world.connection });
      sessions.push(session);
      return session;
    };
    const told = (): readonly Change[] => registry.taken.map(changeOf);
    const arrive = (count: number) => until(`${count} events arrive`, () => registry.taken.length >= count, PATIENCE);
    return { outbox, registry, start, told, arrive };
  }

  const table = async (): Promise<ReadonlyMap<string, Change["row"]>> => {
    const { rows } = await world.db().query<NonNullable<Change["row"]>>("select name, amount::text, note from sales.orders");
    return new Map(rows.map((row) => [row.name, row]));
  };

  it("tells values as the log does, and names a row by its key and by who wrote it", async () => {
    const { start, told, arrive, registry } = await watchOrders();
    await world.db().query(`
      create domain sales.cents as int;
      create table sales.kinds (id bigint, no char(3), ok bool, price sales.cents, at timestamptz, doc jsonb, tags text[], "Größe" text, twice int generated always as (1 + 1) stored,
        primary key (id, no));
      alter publication sales add table sales.kinds`);
    await world.db().query("set time zone 'Asia/Tokyo'");
    const insert = (id: string) =>
      world.db().query(`insert into sales.kinds values ($1, 'a', true, 5, '2026-11-23T08:00:00.5+01', '{"a": [1]}', '{"x,y",null}', null)`, [id]);
    await insert("9007199254740993");
    start({ table: "sales.kinds" });
    await arrive(1);
    await insert("9007199254740994");
    await arrive(2);
    const [read, inserted] = told();
    expect([read?.operation, inserted?.operation]).toEqual(["read", "insert"]);
    expect({ ...read?.row, id: null }).toEqual({ ...inserted?.row, id: null });
    expect(read?.row).toMatchObject({ id: "9007199254740993", at: "2026-11-23T07:00:00.5+00:00", price: "5" });
    expect(registry.taken[0]?.id).toBe(`${read?.server}/["sales","kinds","9007199254740993","a  "]@${read?.version}`);
  });

  it("tells of a publication with lists of columns and filters what the log would, and of all its tables, also without keys", async () => {
    const { start, told, arrive } = await watchOrders();
    await world.db().query(`
      create table sales.parts (id int, region text, primary key (id, region)) partition by list (region);
      create table sales.parts_eu partition of sales.parts for values in ('eu');
      create table sales.lines (line text);
      create publication parts for table sales.orders (name) where (amount > 5), sales.parts, sales.lines with (publish = 'insert', publish_via_partition_root = true);
      insert into sales.orders values ('a', 1), ('b', 10);
      insert into sales.parts values (1, 'eu');
      insert into sales.lines values ('x'), ('y')`);
    start({ publication: "parts", table: "*" });
    await arrive(4);
    await world.db().query("insert into sales.lines values ('z')");
    await arrive(5);
    expect(told().map(({ operation, table, row }) => `${operation} ${table} ${JSON.stringify(row)}`)).toEqual([
      'read lines {"line":"x"}',
      'read lines {"line":"y"}',
      'read orders {"name":"b"}',
      'read parts {"id":1,"region":"eu"}',
      'insert lines {"line":"z"}',
    ]);
  });

  it("tells rows and changes once while others write, and its session is cut off among the rows again and again", { timeout: 180_000 }, async () => {
    const { outbox, registry, start, told } = await watchOrders();
    // A session that has published 10,000 ends.
    const ROWS = 8_000;
    await world.db().query("insert into sales.orders (name, note) select 'n' || k, 'old' from generate_series(1, $1::int) k", [ROWS]);
    const writers = await Promise.all([world.another(), world.another()]);
    let isWriting = true;
    const writes = writers.map(async (db, own) => {
      for (let k = 1; isWriting; k += 1) {
        // Rows in all places of the table, those of each writer its own.
        const at = ((k * 7919) % (ROWS / 2)) * 2 + own + 1;
        await db.query("update sales.orders set note = $2 where name = $1", [`n${at}`, `new ${k}`]);
        await db.query("delete from sales.orders where name = $1", [`n${((at + ROWS / 4) % ROWS) + 1}`]);
        await db.query("insert into sales.orders (name) values ($1)", [`more-${own}-${k}`]);
        await db.query("update sales.orders set name = $2 where name = $1", [`more-${own}-${k}`, `moved-${own}-${k}`]);
        if (k % 10 === 0) await db.query("insert into sales.orders (name) values ($1) on conflict do nothing", [`n${((at + ROWS / 4) % ROWS) + 1}`]);
      }
    });

    const isAmongRows = (): boolean => (outbox.view("orders").cursor as { rows?: string } | undefined)?.rows === "reading";
    for (let cut = 1; cut <= 3; cut += 1) {
      const session = start();
      const before = registry.taken.length;
      await until("some rows are published", () => registry.taken.length >= before + 1_000, PATIENCE);
      expect(isAmongRows(), `cut ${cut} falls among the rows`).toBe(true);
      // The server forgets the snapshot, as when the process is killed.
      await world.db().query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and backend_type = 'walsender'", [world.slot]);
      await session.stop();
    }
    start();
    await until("all rows are published", () => !isAmongRows(), PATIENCE);
    isWriting = false;
    await Promise.all(writes);
    const last = "the last one";
    await world.put(last);
    await until("everything has arrived", () => told().some(({ row }) => row?.name === last), PATIENCE);

    expect(replay(told())).toEqual(await table());
    expect(registry.refused).toEqual([]);
  });
});
