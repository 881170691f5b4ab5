import { readFile } from "node:fs/promises";
import type { Pool } from "pg";
import type { Segment } from "./customers.ts";
import type { Layers } from "./layers.ts";
import { inWarehouse } from "./warehouse.ts";

/** Files in a folder, and a schema of the warehouse for each layer. A day is replaced in one transaction. */
export function layersInWarehouse(pool: Pool): Layers {
  return {
    landing: { read: (uri) => readFile(new URL(uri), "utf8") },
    raw: {
      replaceFile: (ds, file, lines) =>
        inWarehouse(pool, async (db) => {
          await db.query("delete from raw.customers where ds = $1 and file = $2", [ds, file]);
          await db.query("insert into raw.customers (ds, file, line, body) select $1, $2, n, body from unnest($3::text[]) with ordinality as t (body, n)", [
            ds,
            file,
            lines,
          ]);
        }),
      lines: (ds) =>
        inWarehouse(pool, async (db) => {
          const { rows } = await db.query<{ body: string }>("select body from raw.customers where ds = $1 order by file, line", [ds]);
          return rows.map((row) => row.body);
        }),
    },
    bronze: {
      replace: (ds, { customers, refused }) =>
        inWarehouse(pool, async (db) => {
          await db.query("delete from bronze.customers where ds = $1", [ds]);
          await db.query("delete from bronze.refused where ds = $1", [ds]);
          await db.query(
            `insert into bronze.customers (ds, customer_id, name, email, country, spend_cents, updated_at)
             select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[])`,
            [
              ds,
              customers.map((one) => one.customerId),
              customers.map((one) => one.name),
              customers.map((one) => one.email),
              customers.map((one) => one.country),
              customers.map((one) => one.spendCents),
              customers.map((one) => one.updatedAt),
            ],
          );
          await db.query("insert into bronze.refused (ds, reason, lines) select $1, * from unnest($2::text[], $3::int[])", [
            ds,
            [...refused.keys()],
            [...refused.values()],
          ]);
        }),
      customers: (ds) =>
        inWarehouse(pool, async (db) => {
          const { rows } = await db.query<{ customer_id: string; name: string; email: string; country: string; spend_cents: string; updated_at: Date }>(
            "select customer_id, name, email, country, spend_cents, updated_at from bronze.customers where ds = $1",
            [ds],
          );
          return rows.map(({ customer_id, spend_cents, updated_at, ...row }) => ({
            ...row,
            customerId: customer_id,
            spendCents: Number(spend_cents),
            updatedAt: updated_at.toISOString(),
          }));
        }),
    },
    silver: {
      replace: (ds, customers) =>
        inWarehouse(pool, async (db) => {
          await db.query("delete from silver.customer_segments where ds = $1", [ds]);
          await db.query(
            `insert into silver.customer_segments (ds, customer_id, country, segment, spend_cents)
             select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[])`,
            [
              ds,
              customers.map((one) => one.customerId),
              customers.map((one) => one.country),
              customers.map((one) => one.segment),
              customers.map((one) => one.spendCents),
            ],
          );
        }),
      customers: (ds) =>
        inWarehouse(pool, async (db) => {
          const { rows } = await db.query<{ customer_id: string; country: string; segment: Segment; spend_cents: string }>(
            "select customer_id, country, segment, spend_cents from silver.customer_segments where ds = $1",
            [ds],
          );
          return rows.map(({ customer_id, spend_cents, ...row }) => ({ ...row, customerId: customer_id, spendCents: Number(spend_cents) }));
        }),
    },
  };
}
