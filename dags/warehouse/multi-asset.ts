import { all, dag, everySlice } from "headgate";
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
    d.sql("join", {
      connection: warehouse,
      file: new URL("multi-asset.sql", import.meta.url),
      needs: { sales },
      params: ({ sales }) => ({ days: sales.map(({ partition }) => partition) }),
      outlets: [salesAnalytics],
      publish: ({ rowCount }, ctx) => ctx.publish(salesAnalytics, { data: { rows: rowCount } }),
    });
  },
);
