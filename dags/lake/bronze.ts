import { dag } from "headgate";
import { postgres } from "headgate/connections";
import { bronze, raw } from "./assets.ts";
import { cleanAll } from "./customers.ts";
import { inWarehouse } from "./warehouse.ts";

const warehouse = postgres("warehouse");

/** Cleans a day: the newest good line of each customer wins; what is refused is counted by its reason. */
export const bronzeClean = dag("bronze-clean", { on: raw, defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } }, tags: ["lake", "bronze"], owner: "data-platform", description: "raw lines to clean customers" }, (d) => {
  d.task("clean", {
    outlets: [bronze],
    timeout: "5m",
    run: async (_, ctx) => {
      const pool = await ctx.connection(warehouse);
      const counted = await inWarehouse(pool, async (db) => {
        const lines = await db.query<{ body: string }>("select body from raw.customers where ds = $1 order by file, line", [ctx.partition]);
        const { customers, refused } = cleanAll(lines.rows.map((row) => row.body));
        await db.query("delete from bronze.customers where ds = $1", [ctx.partition]);
        await db.query("delete from bronze.refused where ds = $1", [ctx.partition]);
        await db.query(
          `insert into bronze.customers (ds, customer_id, name, email, country, spend_cents, updated_at)
           select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[])`,
          [
            ctx.partition,
            customers.map((one) => one.customerId),
            customers.map((one) => one.name),
            customers.map((one) => one.email),
            customers.map((one) => one.country),
            customers.map((one) => one.spendCents),
            customers.map((one) => one.updatedAt),
          ],
        );
        await db.query("insert into bronze.refused (ds, reason, lines) select $1, * from unnest($2::text[], $3::int[])", [ctx.partition, [...refused.keys()], [...refused.values()]]);
        return { customers: customers.length, refused: [...refused.values()].reduce((sum, count) => sum + count, 0) };
      });
      ctx.publish(bronze, { data: counted });
    },
  });
});
