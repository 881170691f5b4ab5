import { transaction } from "headgate/connections";
import type { Pool, PoolClient } from "pg";

const TABLES = `
  create schema if not exists raw;
  create schema if not exists bronze;
  create schema if not exists silver;
  create schema if not exists gold;
  create table if not exists raw.customers (
    ds date not null, file text not null, line int not null, body text not null, primary key (ds, file, line));
  create table if not exists bronze.customers (
    ds date not null, customer_id text not null, name text not null, email text not null, country text not null,
    spend_cents bigint not null, updated_at timestamptz not null, primary key (ds, customer_id));
  create table if not exists bronze.refused (
    ds date not null, reason text not null, lines int not null, primary key (ds, reason));
  create table if not exists silver.customer_segments (
    ds date not null, customer_id text not null, country text not null, segment text not null, spend_cents bigint not null,
    primary key (ds, customer_id));
  create table if not exists gold.customer_analytics (
    ds date not null, segment text not null, customers int not null, spend_cents bigint not null, average_cents bigint not null,
    primary key (ds, segment));`;

const prepared = new WeakMap<Pool, Promise<void>>();

/** One transaction on the warehouse, whose tables are made on first use. */
export async function inWarehouse<T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> {
  let ready = prepared.get(pool);
  if (!ready) {
    ready = transaction(pool, async (db) => {
      // Two workers may come at once; "if not exists" alone does not protect them from each other.
      await db.query("select pg_advisory_xact_lock(hashtext('lake warehouse'))");
      await db.query(TABLES);
    });
    prepared.set(pool, ready);
    ready.catch(() => prepared.delete(pool));
  }
  await ready;
  return await transaction(pool, work);
}
