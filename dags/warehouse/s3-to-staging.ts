import { dag } from "headgate";
import { transaction } from "headgate/connections";
import { salesFiles, stagedSales } from "./assets.ts";
import { BUCKET, dayOf, lake, PATIENT, warehouse } from "./place.ts";
import { readSalesFile } from "./sale-line.ts";

/** 1. Files of a day to rows. A file that comes again replaces its rows, so a second run changes nothing. */
export const s3ToStaging = dag("s3-to-staging", { on: salesFiles, defaults: PATIENT, tags: ["warehouse", "staging"] }, (d) => {
  d.task("load", {
    needs: { files: salesFiles },
    outlets: [stagedSales],
    run: async ({ files }, ctx) => {
      const [bucket, pool, ds] = [await ctx.connection(lake), await ctx.connection(warehouse), dayOf(ctx)];
      let rows = 0;
      let refused = 0;
      for (const key of new Set(files.map(({ data }) => data.key))) {
        const object = await bucket.getObject({ Bucket: BUCKET, Key: key }, { abortSignal: ctx.signal });
        const file = readSalesFile((await object.Body?.transformToString()) ?? "");
        await transaction(pool, async (db) => {
          await db.query("delete from staging.sales where ds = $1 and file = $2", [ds, key]);
          await db.query(
            `insert into staging.sales (ds, file, line, sale_id, customer_id, product_id, quantity, unit_price, sold_at)
             select $1, $2, * from jsonb_to_recordset($3) as sale
               (line int, sale_id text, customer_id text, product_id text, quantity int, unit_price numeric, sold_at timestamptz)`,
            [ds, key, JSON.stringify(file.sales)],
          );
        });
        if (file.refused > 0) ctx.log.warn(`${file.refused} lines of ${key} are no sales`);
        rows += file.sales.length;
        refused += file.refused;
      }
      ctx.publish(stagedSales, { data: { rows, refused } });
    },
  });
});
