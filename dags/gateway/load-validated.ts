import { dag, NonRetryableError } from "headgate";
import { postgres, transaction } from "headgate/connections";
import { facts, validated } from "./assets.ts";
import { keysOf, lake, readObject } from "./bucket.ts";
import { readRows } from "./checks.ts";

const warehouse = postgres("warehouse");

/** Loads what passed, and nothing else: its only input is the folder `validated`. */
export const loadValidated = dag("load-validated", { on: validated, defaults: { retries: 5 }, tags: ["quality"] }, (d) => {
  d.task("load", {
    outlets: [facts],
    run: async (_, ctx) => {
      if (ctx.ds === null) throw new NonRetryableError("a run by hand needs a day: --partition 2026-11-23");
      const { ds } = ctx;
      const client = await ctx.connection(lake);
      const rows = (await Promise.all((await keysOf(client, "validated", ds)).map((key) => readObject(client, key)))).flatMap(readRows);
      await transaction(await ctx.connection(warehouse), async (db) => {
        await db.query("delete from facts.transactions where ds = $1", [ds]);
        await db.query(
          `insert into facts.transactions (ds, transaction_id, amount, booked_at)
           select $1, * from jsonb_to_recordset($2) as t (transaction_id text, amount numeric, booked_at timestamptz)`,
          [ds, JSON.stringify(rows)],
        );
      });
      ctx.publish(facts, { data: { rows: rows.length } });
    },
  });
});
