import { asset, dag } from "headgate";
import { z } from "zod";
import { refreshTable } from "./refresh-table.ts";
import { snowflakeTable } from "./snowflake-table.ts";

const schema = z.object({ rows: z.number() });

/** Written by another system in Snowflake, which publishes it; here it is waited for. */
export const orders = asset(snowflakeTable({ account: "acme-eu1", database: "prod", schema: "sales", table: "orders" }), {
  owner: "sales",
  description: "Orders",
});

export const topProducts = asset("postgres://warehouse/kit/top_products", { owner: "analytics", description: "What sells best", schema });
export const topRegions = asset("postgres://warehouse/kit/top_regions", { owner: "analytics", description: "Where most is sold", schema });

/** Two tables, each by one line. */
export const marts = dag("kit-marts", { on: orders, defaults: { retries: 5 } }, (d) => {
  refreshTable(d, topProducts, "select product, sum(amount) from kit.orders group by product order by 2 desc limit 10");
  refreshTable(d, topRegions, "select region, sum(amount) from kit.orders group by region order by 2 desc limit 10");
});
