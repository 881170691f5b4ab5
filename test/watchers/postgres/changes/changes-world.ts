import { randomBytes } from "node:crypto";
import pg from "pg";
import { asset } from "../../../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../../../core/definition.ts";
import type { Source } from "../../../../core/source.ts";
import type { PostgresServer } from "../../../../scripts/servers/postgres.ts";
import { type PostgresChange, type PostgresChangesOptions, postgresChanges } from "../../../../watchers/postgres/index.ts";
import type { SourceWorld } from "../../source-contract.ts";

export interface ChangesWorld extends SourceWorld {
  readonly url: string;
  /** Also the name of its database. */
  readonly slot: string;
  readonly options: PostgresChangesOptions;
  readonly connection: (name: string) => string;
  db(): pg.Client;
  /** A second writer, whose transactions are its own. */
  another(): Promise<pg.Client>;
  /** Connects again, after the server was killed. */
  reconnect(): Promise<void>;
  makeSlot(): Promise<void>;
  watcherBy(options?: Partial<PostgresChangesOptions>, startAt?: unknown): WatcherDefinition;
}

/** A database of its own with a table `sales.orders`, the publication `sales` of it, and no slot yet. */
export async function createChangesWorld(server: PostgresServer): Promise<ChangesWorld> {
  const slot = `t${randomBytes(6).toString("hex")}`;
  const url = await server.ensureDatabase(slot);
  const clients: pg.Client[] = [];
  const another = async (to = url): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: to });
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  let db = await another();
  await db.query(`
    create schema sales;
    create table sales.orders (name text primary key, amount numeric(30, 5) not null default 0.1, note text);
    create publication sales for table sales.orders`);

  const options: PostgresChangesOptions = { publication: "sales", slot };
  const watcherBy = (more: Partial<PostgresChangesOptions> = {}, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "orders",
    source: postgresChanges({ ...options, ...more }) as unknown as Source,
    publishes: asset("postgres://warehouse/sales/orders"),
    every: 50,
    startAt,
    map: ((item: PostgresChange<{ name: string }>) => {
      if (item.row?.name.startsWith("bad") === true) throw new Error("no order is called that");
      return { data: item };
    }) as never,
  });
  const put = async (name: string): Promise<void> => {
    await db.query("insert into sales.orders (name) values ($1)", [name]);
  };

  return {
    url,
    slot,
    options,
    db: () => db,
    another: () => another(),
    reconnect: async () => {
      db = await another();
    },
    makeSlot: async () => {
      await db.query("select pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
    },
    connection: (name) => (name === "warehouse" ? url : name),
    watcherBy,
    watcher: (startAt) => watcherBy({}, startAt),
    put,
    putPoison: put,
    nameOf: (event) => (event.data as unknown as PostgresChange<{ name: string }>).row?.name ?? "",
    dispose: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      const root = await another(server.url);
      // A session that was cut off may hold its slot a moment longer.
      await root.query("select pg_terminate_backend(active_pid) from pg_replication_slots where database = $1 and active", [slot]);
      for (let k = 0; k < 100 && (await root.query("select 1 from pg_replication_slots where database = $1 and active", [slot])).rowCount !== 0; k += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await root.query("select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = $1", [slot]);
      await root.query(`drop database if exists ${slot} with (force)`);
      await root.end();
    },
  };
}
