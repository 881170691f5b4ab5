import { dag } from "headgate";
import { transaction } from "headgate/connections";
import { dailySales, sales } from "./assets.ts";
import { dayOf, PATIENT, warehouse } from "./place.ts";

/** 3. A day of sales to what a dashboard reads. A day without sales is made as well: the rows that it had must go. */
export const warehouseToMart = dag("warehouse-to-mart", { on: sales, defaults: PATIENT, tags: ["warehouse", "marts"] }, (d) => {
  d.task("aggregate", {
    outlets: [dailySales],
    run: async (_, ctx) => {
      const ds = dayOf(ctx);
      const rows = await transaction(await ctx.connection(warehouse), async (db) => {
        await db.query("delete from marts.daily_sales where ds = $1", [ds]);
        const { rowCount } = await db.query(
          `insert into marts.daily_sales (ds, product_id, units, revenue)
           select ds, product_id, sum(quantity), sum(total_amount) from clean.sales where ds = $1 group by ds, product_id`,
          [ds],
        );
        return rowCount ?? 0;
      });
      ctx.publish(dailySales, { data: { rows } });
    },
  });
});
