import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { startPostgres } from "../../../../runtime/embedded/postgres.ts";
import { type PostgresServer, postgresServer } from "../../../../scripts/servers/postgres.ts";
import { createMemoryOutbox } from "../../../../watchers/outbox-memory.ts";
import type { ChangesCursor, PostgresChange, PostgresChangesOptions } from "../../../../watchers/postgres/index.ts";
import { describeWithServer } from "../../../support/servers.ts";
import { startSilentProxy } from "../../../support/silent-proxy.ts";
import { createRecordingRegistry } from "../../recording-registry.ts";
import { type RunningSession, startSession, until } from "../../session-run.ts";
import { type ChangesWorld, createChangesWorld } from "./changes-world.ts";

const PATIENCE = 30_000;

let world: ChangesWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

await describeWithServer("the source of changes in Postgres, when something is wrong", postgresServer, (server) => {
  async function watchOrders(on: PostgresServer = server()) {
    world = await createChangesWorld(on);
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const start = (options: Partial<PostgresChangesOptions> = {}, startAt: unknown = "now", connection = world.connection): RunningSession => {
      const session = startSession(world.watcherBy(options, startAt), outbox, registry, { connection });
      sessions.push(session);
      return session;
    };
    const runs = (session: RunningSession) => until("it runs", () => session.healths.some((health) => health.status === "running"), PATIENCE);
    const names = () => registry.taken.map(({ data }) => (data as unknown as PostgresChange<{ name: string }>).row?.name);
    const arrive = (count: number) => until(`${count} changes arrive`, () => registry.taken.length >= count, PATIENCE);
    const says = (session: RunningSession, text: string) =>
      until(`it says ${text}`, () => session.healths.some((health) => health.error?.includes(text)), PATIENCE);
    return { outbox, registry, start, runs, names, arrive, says };
  }

  it.each([
    { what: "there is no such publication", options: { publication: "nothing" }, says: 'there is no publication "nothing"', hint: "" },
    { what: "the publication lacks the table", options: { table: "sales.others" }, says: 'does not have the table "sales"."others"', hint: "" },
    {
      what: "the table has no replica identity",
      setup: "alter table sales.orders replica identity nothing",
      options: {},
      says: 'updates and deletes of "sales"."orders" name no row',
    },
    {
      what: "the slot is none of changes",
      setup: "select pg_create_physical_replication_slot(current_database() || '_p')",
      options: { slot: "_p" },
      says: "is of physical",
    },
  ])("says what to set up when $what, and goes on once it is", async ({ setup, options, says }) => {
    const watch = await watchOrders();
    if (setup !== undefined) await world.db().query(setup);
    const session = watch.start({ ...options, ...("slot" in options ? { slot: `${world.slot}_p` } : {}) });
    await watch.says(session, says);
    expect(session.healths.find((health) => health.error !== undefined)).toMatchObject({ code: "E_CONFIG", status: "backing-off" });
    await world.db().query("alter table sales.orders replica identity default; create table sales.others (name text primary key)");
    await world.db().query("alter publication sales add table sales.others; create publication nothing for table sales.orders");
    await world.db().query("select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1", [`${world.slot}_p`]);
    await watch.runs(session);
  });

  it("says so when the user may not replicate", async () => {
    const watch = await watchOrders();
    await world.db().query(`create role ${world.slot} login password 'secret'; grant usage on schema sales to ${world.slot}`);
    const url = new URL(world.url);
    url.username = world.slot;
    url.password = "secret";
    const session = watch.start({}, "now", () => url.href);
    await watch.says(session, "permission denied");
    expect(session.healths[0]).toMatchObject({ code: "E_SOURCE" });
    expect(JSON.stringify([session.healths, session.log])).not.toContain("secret@");
    await world.db().query(`drop owned by ${world.slot}; drop role ${world.slot}`);
  });

  it("waits while another session reads the slot, then takes over", async () => {
    const watch = await watchOrders();
    const first = watch.start();
    await watch.runs(first);
    const other = startSession(world.watcherBy(), createMemoryOutbox(), createRecordingRegistry(), { connection: world.connection });
    sessions.push(other);
    await watch.says(other, "is active for PID");
    await world.put("a");
    await watch.arrive(1);
    await first.stop();
    await watch.runs(other);
  });

  it("is fenced and followed without a loss while sessions take one another's place", { timeout: 120_000 }, async () => {
    const watch = await watchOrders();
    const expected: string[] = [];
    await watch.runs(watch.start());
    for (let k = 0; k < 4; k += 1) {
      watch.start();
      for (let j = 0; j < 25; j += 1) {
        expected.push(`n${k}-${j}`);
        await world.put(`n${k}-${j}`);
      }
    }
    await watch.arrive(expected.length);
    expect(watch.names()).toEqual(expected);
    expect(watch.registry.refused).toEqual([]);
  });

  it("goes on after the server was killed", { timeout: 120_000 }, async () => {
    const watch = await watchOrders();
    const session = watch.start();
    await watch.runs(session);
    await world.put("a");
    await watch.arrive(1);
    await server().kill();
    await watch.says(session, "cannot be read");
    await server().start();
    await world.reconnect();
    await world.put("b");
    await watch.arrive(2);
    expect(watch.names()).toEqual(["a", "b"]);
  });

  it("goes on after its connections were ended", async () => {
    const watch = await watchOrders();
    await watch.runs(watch.start());
    for (const name of ["a", "b", "c"]) {
      await world.put(name);
      const end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and backend_type = 'walsender'";
      await until("its connection is there, and ended", async () => (await world.db().query(end, [world.slot])).rowCount === 1, PATIENCE);
    }
    await watch.arrive(3);
    expect(watch.names()).toEqual(["a", "b", "c"]);
  });

  it("finds out that its connection is half open", { timeout: 60_000 }, async () => {
    const watch = await watchOrders();
    // It speaks three times in this time, and gives up when three of its questions are not answered.
    await world.db().query(`alter database ${world.slot} set wal_sender_timeout = '1500ms'`);
    const proxy = await startSilentProxy(Number(new URL(world.url).port));
    try {
      const url = new URL(world.url);
      url.port = String(proxy.port);
      const session = watch.start({}, "now", () => url.href);
      await watch.runs(session);
      await world.put("a");
      await watch.arrive(1);
      proxy.silence();
      await world.put("b");
      await watch.says(session, "has said nothing for");
      await watch.arrive(2);
      expect(watch.names()).toEqual(["a", "b"]);
    } finally {
      await proxy.close();
    }
  });

  const stopsWith = async (session: RunningSession, text: string): Promise<void> => {
    await expect(session.ended).rejects.toMatchObject({ code: "E_WATCHER_GAP", message: expect.stringContaining(text) });
    expect(session.healths.at(-1)).toMatchObject({ status: "stopped", code: "E_WATCHER_GAP" });
  };

  it.each([
    { what: "the slot is gone", harm: "select pg_drop_replication_slot($1)", says: "is gone" },
    {
      what: "the slot was made anew",
      harm: "select pg_drop_replication_slot($1), pg_create_logical_replication_slot($1, 'pgoutput')",
      says: "somebody confirmed",
    },
    { what: "somebody read on", harm: "select pg_replication_slot_advance($1, pg_current_wal_lsn())", says: "somebody confirmed" },
  ])("stops loudly when $what", async ({ harm, says }) => {
    const watch = await watchOrders();
    const first = watch.start();
    await watch.runs(first);
    await world.put("a");
    await watch.arrive(1);
    await first.stop();
    await world.put("missed");
    for (const one of harm.includes("create") ? ["select pg_drop_replication_slot($1)", "select pg_create_logical_replication_slot($1, 'pgoutput')"] : [harm]) {
      await world.db().query(one, [world.slot]);
    }
    await stopsWith(watch.start(), says);
    expect(watch.names()).toEqual(["a"]);
  });

  it("stops loudly when the server gave the slot up, and begins again after a reset", { timeout: 120_000 }, async () => {
    const watch = await watchOrders();
    const first = watch.start();
    await watch.runs(first);
    await world.put("a");
    await watch.arrive(1);
    await first.stop();
    await world.db().query("alter system set max_slot_wal_keep_size = '1MB'");
    await world.db().query("select pg_reload_conf()");
    try {
      await until(
        "the server gives it up",
        async () => {
          await world.db().query("create table if not exists sales.noise (x text)");
          await world.db().query("insert into sales.noise select repeat('x', 1000) from generate_series(1, 2000)");
          await world.db().query("select pg_switch_wal()");
          await world.db().query("checkpoint");
          const { rows } = await world.db().query("select wal_status from pg_replication_slots where slot_name = $1", [world.slot]);
          return rows[0]?.wal_status === "lost";
        },
        60_000,
      );
      await stopsWith(watch.start(), "gave the replication slot");
      await world.db().query("select pg_drop_replication_slot($1)", [world.slot]);
      await watch.outbox.reset({ id: "again", watcher: "orders", to: "now", deliver: "redeliver", by: "test" });
      const again = watch.start();
      await watch.runs(again);
      await world.put("b");
      await watch.arrive(2);
      expect(watch.names()).toEqual(["a", "b"]);
    } finally {
      await world.db().query("alter system reset max_slot_wal_keep_size");
      await world.db().query("select pg_reload_conf()");
    }
  });

  it("stops loudly when changes were made while there was no publication", async () => {
    const watch = await watchOrders();
    const session = watch.start();
    await watch.runs(session);
    await world.put("a");
    await watch.arrive(1);
    await world.db().query("drop publication sales");
    await world.put("missed");
    await world.db().query("create publication sales for table sales.orders");
    await world.put("b");
    await stopsWith(session, 'there was no publication "sales"');
    expect(watch.names()).toEqual(["a"]);
  });

  it.each([
    { what: "another server", startAt: { lsn: "0/1", server: "7000000000000000000/1" }, says: "another server than before" },
    { what: "a place that the server has not come to", startAt: { lsn: "FFFF/0" }, says: "has not come so far" },
    { what: "another slot", startAt: { lsn: "0/1", slot: "other" }, says: 'belongs to the replication slot "other"' },
  ] satisfies readonly { what: string; startAt: ChangesCursor; says: string }[])("stops loudly at a position of $what", async ({ startAt, says }) => {
    const watch = await watchOrders();
    await world.makeSlot();
    await stopsWith(watch.start({}, startAt), says);
  });
});

it("needs wal_level logical", { timeout: 120_000 }, async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-replica-"));
  await chmod(stateDir, 0o755);
  const postgres = await startPostgres({ stateDir });
  try {
    world = await createChangesWorld(Object.assign(postgres, { url: postgres.databaseUrl, env: {} }));
    const session = startSession(world.watcherBy(), createMemoryOutbox(), createRecordingRegistry(), { connection: world.connection });
    await until("it says so", () => session.healths.some((health) => health.error?.includes('wal_level of the server is "replica"')), PATIENCE);
    expect(session.healths[0]).toMatchObject({ code: "E_CONFIG" });
    await session.stop();
  } finally {
    await postgres.stop();
    await rm(stateDir, { recursive: true, force: true });
    world = { dispose: async () => undefined } as ChangesWorld;
  }
});

it.each([
  { way: "from an older copy", signal: undefined, says: "restored from an older copy" },
  { way: "to a point in time", signal: "recovery.signal", says: "restored or promoted" },
])("stops loudly when the server was restored $way", { timeout: 180_000 }, async ({ signal, says }) => {
  const folder = await mkdtemp(join(tmpdir(), "headgate-restored-"));
  await chmod(folder, 0o755);
  const stateDir = join(folder, "server");
  const postgres = await postgresServer.start({ stateDir });
  try {
    world = await createChangesWorld(postgres);
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const first = startSession(world.watcherBy(), outbox, registry, { connection: world.connection });
    await until("it runs", () => first.healths.some((health) => health.status === "running"), PATIENCE);
    await first.stop();
    await world.db().query("alter system set restore_command = '/bin/false'");
    const data: string = (await world.db().query("show data_directory")).rows[0].data_directory;
    await postgres.stop();
    const copy = join(folder, "copy");
    await promisify(execFile)("cp", ["-a", data, copy]);

    await postgres.start();
    await world.reconnect();
    // More than a server writes by itself when it starts.
    await world.db().query("create table sales.noise as select repeat('x', 1000) from generate_series(1, 20000)");
    await world.put("a");
    const second = startSession(world.watcherBy(), outbox, registry, { connection: world.connection });
    await until("it arrives", () => registry.taken.length === 1, PATIENCE);
    await second.stop();
    await postgres.stop();

    await rm(data, { recursive: true });
    await promisify(execFile)("cp", ["-a", copy, data]);
    if (signal !== undefined) await promisify(execFile)("cp", ["-a", "--attributes-only", join(data, "PG_VERSION"), join(data, signal)]);
    await postgres.start();
    await world.reconnect();
    await until("its recovery is over", async () => !(await world.db().query("select pg_is_in_recovery() as is")).rows[0].is, PATIENCE);
    const third = startSession(world.watcherBy(), outbox, registry, { connection: world.connection });
    sessions.push(third);
    await expect(third.ended).rejects.toMatchObject({ code: "E_WATCHER_GAP", message: expect.stringContaining(says) });
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
    world = { dispose: async () => undefined } as ChangesWorld;
  }
});
