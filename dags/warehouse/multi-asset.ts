import { all, dag, everySlice } from "headgate";
import { transaction } from "headgate/connections";
import { customers, products, sales, salesAnalytics } from "./assets.ts";
import { PATIENT, warehouse } from "./place.ts";

/**
 * 5. Waits for sales, customers and products: all three must be there. `keep()`: once customers and products have come, each new day
 * of sales is enough; without it, every run would wait for a change of all three.
 */
export const multiAsset = dag(
  "multi-asset",
  { on: all(sales.partitions(everySlice()), customers.keep(), products.keep()), defaults: PATIENT, tags: ["warehouse", "marts"] },
  (d) => {
    d.task("join", {
      needs: { sales },
      outlets: [salesAnalytics],
      run: async ({ sales }, ctx) => {
        const days = [...new Set(sales.map(({ partition }) => partition))];
        const rows = await transaction(await ctx.connection(warehouse), async (db) => {
          await db.query("delete from marts.sales_analytics where ds = any($1::date[])", [days]);
          const { rowCount } = await db.query(
            `insert into marts.sales_analytics (ds, sale_id, customer_name, product_name, total_amount)
             select ds, sale_id, customers.name, products.name, total_amount
             from clean.sales join clean.customers using (customer_id) join clean.products using (product_id)
             where ds = any($1::date[])`,
            [days],
          );
          return rowCount ?? 0;
        });
        ctx.publish(salesAnalytics, { data: { rows } });
      },
    });
  },
);
