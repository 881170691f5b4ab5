import pg from "pg";
import { asset } from "../../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../../core/definition.ts";
import type { Source } from "../../../core/source.ts";
import type { FollowBy, PostgresRow, PostgresTableOptions } from "../../../watchers/postgres/index.ts";
import { postgresTable } from "../../../watchers/postgres/index.ts";
import { createWorld } from "../../support/stack.ts";
import type { SourceWorld } from "../source-contract.ts";

export interface TableWorld extends SourceWorld {
  readonly url: string;
  readonly db: pg.Client;
  readonly connection: (name: string) => string;
  /** A second writer, whose transactions are its own. */
  another(): Promise<pg.Client>;
  watcherBy(options: Partial<PostgresTableOptions>, startAt?: unknown): WatcherDefinition;
}

/** Ways to follow one table, each with margins that suit a test. */
export const WAYS: Readonly<Record<"xid" | "timestamp" | "sequence", FollowBy>> = {
  xid: { xid: "changed_xid" },
  timestamp: { timestamp: "changed_at", lookback: "300ms" },
  sequence: { sequence: "no", patience: "300ms" },
};

/** A table in a database of its own, with columns for every way to follow it. */
export async function createTableWorld(by: FollowBy): Promise<TableWorld> {
  const world = await createWorld();
  const clients: pg.Client[] = [];
  const another = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: world.databaseUrl });
    client.on("error", () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const db = await another();
  await db.query(`
    create schema sales;
    create table sales.orders (
      no bigint generated always as identity unique,
      name text primary key,
      amount numeric(30, 5) not null default 0.1,
      changed_xid xid8 not null default pg_current_xact_id(),
      changed_at timestamptz not null default now());
    create index on sales.orders (changed_xid, name);
    create index on sales.orders (changed_at, name)`);

  const watcherBy = (options: Partial<PostgresTableOptions>, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "orders",
    source: postgresTable({ by, ...options }) as unknown as Source,
    publishes: asset("postgres://warehouse/sales/orders"),
    every: 20,
    startAt,
    map: ((item: PostgresRow<{ name: string }>) => {
      if (item.row.name.startsWith("bad")) throw new Error("no order is called that");
      return { data: item };
    }) as never,
  });

  return {
    url: world.databaseUrl,
    db,
    another,
    connection: (name) => (name === "warehouse" ? world.databaseUrl : name),
    watcherBy,
    watcher: (startAt) => watcherBy({}, startAt),
    put: async (name) => {
      await db.query("insert into sales.orders (name) values ($1)", [name]);
    },
    putPoison: async (name) => {
      await db.query("insert into sales.orders (name) values ($1)", [name]);
    },
    nameOf: (event) => (event.data as unknown as PostgresRow<{ name: string }>).row.name,
    dispose: async () => {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await world[Symbol.asyncDispose]();
    },
  };
}
