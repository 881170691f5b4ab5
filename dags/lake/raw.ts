import { readFile } from "node:fs/promises";
import { dag } from "headgate";
import { postgres } from "headgate/connections";
import { landing, raw } from "./assets.ts";
import { inWarehouse } from "./warehouse.ts";

const warehouse = postgres("warehouse");

/** Takes whatever files have arrived of a day, and keeps their lines as they are. A file that comes again replaces its lines. */
export const rawIngest = dag("raw-ingest", { on: landing, defaults: { retries: 20, backoff: { initial: "500ms", max: "5s" } }, tags: ["lake", "raw"], owner: "data-platform", description: "landing files to raw lines" }, (d) => {
  d.task("ingest", {
    needs: { files: landing },
    outlets: [raw],
    timeout: "5m",
    run: async ({ files }, ctx) => {
      const pool = await ctx.connection(warehouse);
      let lines = 0;
      for (const file of new Map(files.map((event) => [event.data.path, event])).values()) {
        const bodies = (await readFile(new URL(file.data.uri), "utf8")).split("\n").filter((line) => line.trim() !== "");
        await inWarehouse(pool, async (db) => {
          await db.query("delete from raw.customers where ds = $1 and file = $2", [ctx.partition, file.data.path]);
          await db.query("insert into raw.customers (ds, file, line, body) select $1, $2, n, body from unnest($3::text[]) with ordinality as t (body, n)", [ctx.partition, file.data.path, bodies]);
        });
        lines += bodies.length;
      }
      ctx.publish(raw, { data: { files: files.length, lines } });
    },
  });
});
