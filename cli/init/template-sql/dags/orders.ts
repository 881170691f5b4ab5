import { readFile } from "node:fs/promises";
import { asset, dag, watch } from "headgate";
import { postgres } from "headgate/connections";
import { files } from "headgate/watchers/files";
import { z } from "zod";

const warehouse = postgres("warehouse");

/** Files with lines of `item,amount`, as they arrive. */
export const raw = asset("lake://raw/orders", {
  description: "order files as they arrive",
  owner: "my-team",
  schema: z.object({ uri: z.string(), path: z.string() }),
});

const total = z.object({ orders: z.number(), amount: z.number() });
export const orders = asset("postgres://warehouse/public/orders", { description: "one row a line of a file", owner: "my-team", schema: total });

export const arrivals = watch("orders-arrive", files({ path: "landing", pattern: "*.csv" }), { publishes: raw, every: "2s", startAt: "beginning" });

export const orderTotals = dag("order-totals", { on: raw, defaults: { retries: 2 } }, (d) => {
  const lines = d.task("read", {
    needs: { events: raw },
    run: async ({ events }) => (await Promise.all(events.map(({ data }) => readLines(data)))).flat(),
  });
  d.sql("load", {
    connection: warehouse,
    file: new URL("../sql/load-orders.sql", import.meta.url),
    needs: { lines },
    params: ({ lines }) => ({ lines: JSON.stringify(lines) }),
    row: total,
    outlets: [orders],
    publish: ({ rows: [data] }, ctx) => (data === undefined ? ctx.unchanged(orders) : ctx.publish(orders, { data })),
  });
});

async function readLines({ uri, path }: { uri: string; path: string }): Promise<{ file: string; line: number; item: string; amount: number }[]> {
  const lines = (await readFile(new URL(uri), "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    const [item = "", amount] = line.split(",");
    return { file: path, line: index + 1, item, amount: Number(amount) };
  });
}
