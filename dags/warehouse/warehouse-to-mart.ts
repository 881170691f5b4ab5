import { dag } from "headgate";
import { dailySales, sales } from "./assets.ts";
import { PATIENT, warehouse } from "./place.ts";

/** 3. A day of sales to what a dashboard reads. */
export const warehouseToMart = dag("warehouse-to-mart", { on: sales, defaults: PATIENT, tags: ["warehouse", "marts"] }, (d) => {
  d.sql("aggregate", {
    connection: warehouse,
    file: new URL("warehouse-to-mart.sql", import.meta.url),
    outlets: [dailySales],
    publish: ({ rowCount }, ctx) => ctx.publish(dailySales, { data: { rows: rowCount } }),
  });
});
