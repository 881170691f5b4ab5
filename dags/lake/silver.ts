import { dag } from "headgate";
import { postgres } from "headgate/connections";
import { bronze, silver } from "./assets.ts";
import { segmentOf } from "./customers.ts";
import { inWarehouse } from "./warehouse.ts";

const warehouse = postgres("warehouse");

/** Gives every customer of a day the segment of its spend. */
export const silverSegment = dag("silver-segment", { on: bronze, defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } }, tags: ["lake", "silver"], owner: "data-platform", description: "clean customers to segments" }, (d) => {
  d.task("segment", {
    outlets: [silver],
    run: async (_, ctx) => {
      const pool = await ctx.connection(warehouse);
      const customers = await inWarehouse(pool, async (db) => {
        const { rows } = await db.query<{ customer_id: string; country: string; spend_cents: string }>("select customer_id, country, spend_cents from bronze.customers where ds = $1", [ctx.partition]);
        await db.query("delete from silver.customer_segments where ds = $1", [ctx.partition]);
        await db.query("insert into silver.customer_segments (ds, customer_id, country, segment, spend_cents) select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::bigint[])", [
          ctx.partition,
          rows.map((row) => row.customer_id),
          rows.map((row) => row.country),
          rows.map((row) => segmentOf(Number(row.spend_cents))),
          rows.map((row) => row.spend_cents),
        ]);
        return rows.length;
      });
      ctx.publish(silver, { data: { customers } });
    },
  });
});
