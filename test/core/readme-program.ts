import { asset, dag, daily, watch } from "headgate";
import { z } from "zod";
import { lines } from "../types/source-of-lines.ts";

const owner = "data-platform";
export const raw = asset("s3://lake/raw/orders/date={ds}/", {
  owner,
  description: "orders as they arrive",
  partitions: daily(),
  schema: z.object({ line: z.string(), n: z.number() }),
});
export const clean = asset("postgres://warehouse/clean/orders", {
  owner,
  description: "orders without doubles",
  partitions: daily(),
  schema: z.object({ rows: z.number() }),
});

export const arrivals = watch("orders-arrive", lines(), { publishes: raw, every: "10s" });

export const ordersClean = dag("orders-clean", { on: raw, defaults: { retries: 2 } }, (d) => {
  const rows = d.task("load", { needs: { events: raw }, run: ({ events }) => events.reduce((sum, event) => sum + event.data.n, 0) });
  d.task("report", { needs: { rows }, outlets: [clean], run: ({ rows }, ctx) => ctx.publish(clean, { data: { rows } }) });
});
