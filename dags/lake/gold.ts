import { dag } from "headgate";
import { postgres } from "headgate/connections";
import { gold, silver } from "./assets.ts";
import { inWarehouse } from "./warehouse.ts";

const warehouse = postgres("warehouse");

/** What people look at: customers and spend of a day, by segment. */
export const goldAggregate = dag("gold-aggregate", { on: silver, defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } }, tags: ["lake", "gold"], owner: "data-platform", description: "segments to the analytics table" }, (d) => {
  d.task("aggregate", {
    outlets: [gold],
    run: async (_, ctx) => {
      const pool = await ctx.connection(warehouse);
      const rows = await inWarehouse(pool, async (db) => {
        await db.query("delete from gold.customer_analytics where ds = $1", [ctx.partition]);
        const inserted = await db.query<{ customers: number; spend_cents: string }>(
          `insert into gold.customer_analytics (ds, segment, customers, spend_cents, average_cents)
           select ds, segment, count(*), sum(spend_cents), round(avg(spend_cents))
           from silver.customer_segments where ds = $1 group by ds, segment
           returning customers, spend_cents`,
          [ctx.partition],
        );
        return inserted.rows;
      });
      ctx.publish(gold, {
        data: {
          segments: rows.length,
          customers: rows.reduce((sum, row) => sum + row.customers, 0),
          spendCents: rows.reduce((sum, row) => sum + Number(row.spend_cents), 0),
        },
      });
    },
  });
});
