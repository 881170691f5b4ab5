import { dag } from "headgate";
import { transaction } from "headgate/connections";
import { sales, stagedSales } from "./assets.ts";
import { dayOf, PATIENT, warehouse } from "./place.ts";

/** 2. A day of staging to the table that people trust: each sale once, the newest line of it, and only those that are worth something. */
export const stagingToWarehouse = dag("staging-to-warehouse", { on: stagedSales, defaults: PATIENT, tags: ["warehouse", "clean"] }, (d) => {
  d.task("clean", {
    outlets: [sales],
    run: async (_, ctx) => {
      const ds = dayOf(ctx);
      const rows = await transaction(await ctx.connection(warehouse), async (db) => {
        await db.query("delete from clean.sales where ds = $1", [ds]);
        const { rowCount } = await db.query(
          `insert into clean.sales (ds, sale_id, customer_id, product_id, quantity, unit_price, total_amount, sold_at)
           select distinct on (sale_id) ds, sale_id, customer_id, product_id, quantity, unit_price, quantity * unit_price, sold_at
           from staging.sales
           where ds = $1 and customer_id is not null and product_id is not null and quantity * unit_price > 0
           order by sale_id, file desc, line desc`,
          [ds],
        );
        return rowCount ?? 0;
      });
      ctx.publish(sales, { data: { rows } });
    },
  });
});
