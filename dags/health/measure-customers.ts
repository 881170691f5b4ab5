import { cron, dag } from "headgate";
import { postgres } from "headgate/connections";
import { z } from "zod";
import { customers } from "./assets.ts";

const found = z.object({ rows: z.number(), withoutEmail: z.number() });

/** Says each night what the table is like. By hand: `headgate dags run measure-customers`. */
export const measureCustomers = dag("measure-customers", { on: cron("0 2 * * *"), defaults: { retries: 5 }, tags: ["health"] }, (d) => {
  d.sql("measure", {
    connection: postgres("warehouse"),
    sql: `select count(*)::int as rows, count(*) filter (where email is null)::int as "withoutEmail" from health.customers`,
    row: found,
    outlets: [customers],
    publish: ({ rows: [row] }, ctx) => {
      const { rows, withoutEmail } = found.parse(row);
      ctx.publish(customers, { data: { rows, withoutEmail, quality: rows === 0 ? 0 : (rows - withoutEmail) / rows } });
    },
  });
});
