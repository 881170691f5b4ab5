import { readFile } from "node:fs/promises";
import { asset, dag, daily, watch } from "headgate";
import { files } from "headgate/watchers/files";
import { z } from "zod";

const about = { owner: "data-platform", partitions: daily() };
export const raw = asset("lake://raw/orders/{ds}/", { ...about, description: "orders as they arrive", schema: z.object({ uri: z.string() }) });
export const clean = asset("lake://clean/orders", { ...about, description: "orders, counted", schema: z.object({ rows: z.number() }) });

export const arrivals = watch("orders-arrive", files({ path: "landing/{ds}", pattern: "**/*.csv" }), { publishes: raw, every: "10s" });

export const ordersClean = dag("orders-clean", { on: raw, defaults: { retries: 2 } }, (d) => {
  const csv = d.task("load", { needs: { events: raw }, run: ({ events }) => Promise.all(events.map(({ data }) => readFile(new URL(data.uri), "utf8"))) });
  d.task("count", { needs: { csv }, outlets: [clean], run: ({ csv }, ctx) => ctx.publish(clean, { data: { rows: csv.join("").split("\n").length - 1 } }) });
});
