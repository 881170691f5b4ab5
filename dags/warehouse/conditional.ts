import { dag } from "headgate";
import { z } from "zod";
import { acceptedDays, rejectedDays, stagedSales } from "./assets.ts";
import { PATIENT, warehouse } from "./place.ts";

/** Most that may be missing or doubled, as a share of the rows. */
const NULLS = 0.05;
const DUPLICATES = 0.01;

const measured = z.object({ rows: z.number(), nulls: z.number(), duplicates: z.number() });

function isGood({ rows, nulls, duplicates }: z.infer<typeof measured>): boolean {
  return rows > 0 && nulls <= rows * NULLS && duplicates <= rows * DUPLICATES;
}

/**
 * 6. Measures a day and goes one of two ways. Each way has an outlet of its own, so who waits for `acceptedDays` never sees a day that
 * was rejected.
 */
export const conditional = dag("conditional", { on: stagedSales, defaults: PATIENT, tags: ["warehouse", "quality"] }, (d) => {
  const measure = d.sql("measure", {
    connection: warehouse,
    sql: `select count(*)::int as rows, count(*) filter (where customer_id is null or product_id is null)::int as nulls,
                 (count(*) - count(distinct sale_id))::int as duplicates
          from staging.sales where ds = :ds`,
    row: measured,
  });
  const gate = d.branch("quality", {
    needs: { measure },
    paths: ["accept", "reject"],
    run: ({ measure: { rows } }) => (rows.every(isGood) ? "accept" : "reject"),
  });
  d.sql("accept", {
    connection: warehouse,
    sql: `delete from clean.rejected_days where ds = :ds;
          insert into clean.accepted_days (ds, rows) values (:ds, :rows) on conflict (ds) do update set rows = excluded.rows returning rows`,
    needs: { measure },
    after: [gate.accept],
    params: ({
      measure: {
        rows: [day],
      },
    }) => ({ rows: day?.rows ?? 0 }),
    row: z.object({ rows: z.number() }),
    outlets: [acceptedDays],
    publish: ({ rows: [day] }, ctx) => ctx.publish(acceptedDays, { data: { rows: day?.rows ?? 0 } }),
  });
  d.sql("reject", {
    connection: warehouse,
    sql: `delete from clean.accepted_days where ds = :ds;
          insert into clean.rejected_days (ds, rows, nulls, duplicates) values (:ds, :rows, :nulls, :duplicates)
          on conflict (ds) do update set rows = excluded.rows, nulls = excluded.nulls, duplicates = excluded.duplicates
          returning rows, nulls, duplicates`,
    needs: { measure },
    after: [gate.reject],
    params: ({ measure: { rows } }) => ({ ...rows[0] }),
    row: measured,
    outlets: [rejectedDays],
    publish: ({ rows: [day] }, ctx) => ctx.publish(rejectedDays, { data: measured.parse(day) }),
  });
});
