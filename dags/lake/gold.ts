import { dag } from "headgate";
import { gold, silver } from "./assets.ts";
import { totalBySegment } from "./customers.ts";
import { dayOf, openLayers, warehouse } from "./place.ts";
import { inWarehouse } from "./warehouse.ts";

/** What people look at: customers and spend of a day, by segment. */
export const goldAggregate = dag(
  "gold-aggregate",
  {
    on: silver,
    defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } },
    tags: ["lake", "gold"],
    owner: "data-platform",
    description: "segments to the analytics table",
  },
  (d) => {
    d.task("aggregate", {
      outlets: [gold],
      run: async (_, ctx) => {
        const ds = dayOf(ctx);
        const totals = totalBySegment(await (await openLayers(ctx)).silver.customers(ds));
        await inWarehouse(await ctx.connection(warehouse), async (db) => {
          await db.query("delete from gold.customer_analytics where ds = $1", [ds]);
          await db.query(
            `insert into gold.customer_analytics (ds, segment, customers, spend_cents, average_cents)
             select $1, * from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[])`,
            [
              ds,
              totals.map((one) => one.segment),
              totals.map((one) => one.customers),
              totals.map((one) => one.spendCents),
              totals.map((one) => one.averageCents),
            ],
          );
        });
        ctx.publish(gold, {
          data: {
            segments: totals.length,
            customers: totals.reduce((sum, one) => sum + one.customers, 0),
            spendCents: totals.reduce((sum, one) => sum + one.spendCents, 0),
          },
        });
      },
    });
  },
);
