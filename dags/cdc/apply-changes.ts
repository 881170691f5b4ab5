import { dag } from "headgate";
import { postgres, transaction } from "headgate/connections";
import { customerChanges, replicaCustomers } from "./assets.ts";
import { netChanges } from "./net-changes.ts";

const warehouse = postgres("warehouse");

/**
 * Takes all changes that wait, oldest first, and applies them in one transaction. One run at a time: a DAG without partitions has one
 * key, and what comes meanwhile is the next run's. `whenFailed: "pause"`: after ten retries the DAG stops, so that later changes cannot
 * overtake those that failed. `headgate runs rerun <run>` applies these, then `headgate dags resume apply-changes` goes on.
 */
export const applyChanges = dag(
  "apply-changes",
  { on: customerChanges, whenFailed: "pause", defaults: { retries: 10, backoff: { initial: "1s", max: "1m" } }, tags: ["cdc"] },
  (d) => {
    d.task("apply", {
      needs: { changes: customerChanges },
      outlets: [replicaCustomers],
      run: async ({ changes }, ctx) => {
        const { truncated, upserts, deletes } = netChanges(changes.map(({ data }) => data));
        await transaction(await ctx.connection(warehouse), async (db) => {
          if (truncated) await db.query("delete from replica.customers");
          await db.query("delete from replica.customers where customer_id = any($1::text[])", [deletes]);
          await db.query(
            `insert into replica.customers (customer_id, name, email, changed_at)
             select * from jsonb_to_recordset($1) as customer (customer_id text, name text, email text, changed_at timestamptz)
             on conflict (customer_id) do update set name = excluded.name, email = excluded.email, changed_at = excluded.changed_at`,
            [JSON.stringify(upserts)],
          );
        });
        ctx.publish(replicaCustomers, { data: { written: upserts.length, deleted: deletes.length } });
      },
    });
  },
);
