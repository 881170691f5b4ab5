import { dag } from "headgate";
import { sales, stagedSales } from "./assets.ts";
import { PATIENT, warehouse } from "./place.ts";

/** 2. A day of staging to the table that people trust. Both statements stay, or neither does. */
export const stagingToWarehouse = dag("staging-to-warehouse", { on: stagedSales, defaults: PATIENT, tags: ["warehouse", "clean"] }, (d) => {
  d.sql("clean", {
    connection: warehouse,
    file: new URL("staging-to-warehouse.sql", import.meta.url),
    outlets: [sales],
    publish: ({ rowCount }, ctx) => ctx.publish(sales, { data: { rows: rowCount } }),
  });
});
