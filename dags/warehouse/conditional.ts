import { dag } from "headgate";
import { acceptedDays, rejectedDays, stagedSales } from "./assets.ts";
import { dayOf, PATIENT, warehouse } from "./place.ts";

/** Most that may be missing or doubled, as a share of the rows. */
const NULLS = 0.05;
const DUPLICATES = 0.01;

/**
 * 6. Measures a day and goes one of two ways. Each way has an outlet of its own, so who waits for `acceptedDays` never sees a day that
 * was rejected.
 */
export const conditional = dag("conditional", { on: stagedSales, defaults: PATIENT, tags: ["warehouse", "quality"] }, (d) => {
  const found = d.task("measure", {
    run: async (_, ctx) => {
      const { rows } = await (await ctx.connection(warehouse)).query<{ rows: number; nulls: number; duplicates: number }>(
        `select count(*)::int as rows, count(*) filter (where customer_id is null or product_id is null)::int as nulls,
                (count(*) - count(distinct sale_id))::int as duplicates
         from staging.sales where ds = $1`,
        [dayOf(ctx)],
      );
      return rows[0] ?? { rows: 0, nulls: 0, duplicates: 0 };
    },
  });
  const gate = d.branch("quality", {
    needs: { found },
    paths: ["accept", "reject"],
    run: ({ found: { rows, nulls, duplicates } }) => (rows > 0 && nulls <= rows * NULLS && duplicates <= rows * DUPLICATES ? "accept" : "reject"),
  });
  d.task("accept", {
    needs: { found },
    after: [gate.accept],
    outlets: [acceptedDays],
    run: async ({ found: { rows } }, ctx) => {
      const pool = await ctx.connection(warehouse);
      await pool.query(
        `with was_rejected as (delete from clean.rejected_days where ds = $1)
         insert into clean.accepted_days (ds, rows) values ($1, $2) on conflict (ds) do update set rows = excluded.rows`,
        [dayOf(ctx), rows],
      );
      ctx.publish(acceptedDays, { data: { rows } });
    },
  });
  d.task("reject", {
    needs: { found },
    after: [gate.reject],
    outlets: [rejectedDays],
    run: async ({ found }, ctx) => {
      const pool = await ctx.connection(warehouse);
      await pool.query(
        `with was_accepted as (delete from clean.accepted_days where ds = $1)
         insert into clean.rejected_days (ds, rows, nulls, duplicates) values ($1, $2, $3, $4)
         on conflict (ds) do update set rows = excluded.rows, nulls = excluded.nulls, duplicates = excluded.duplicates`,
        [dayOf(ctx), found.rows, found.nulls, found.duplicates],
      );
      ctx.publish(rejectedDays, { data: found });
    },
  });
});
