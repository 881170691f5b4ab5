import { readFile } from "node:fs/promises";
import { asset, dag, watch } from "headgate";
import { files } from "headgate/watchers/files";
import { z } from "zod";

/** Files with lines of `item,amount`, as they arrive. */
export const raw = asset("lake://raw/orders", {
  description: "order files as they arrive",
  owner: "my-team",
  schema: z.object({ uri: z.string() }),
});

export const totals = asset("lake://clean/order-totals", {
  description: "how many orders came, and their sum",
  owner: "my-team",
  schema: z.object({ orders: z.number(), amount: z.number() }),
});

export const arrivals = watch("orders-arrive", files({ path: "landing", pattern: "*.csv" }), { publishes: raw, every: "2s", startAt: "beginning" });

export const orderTotals = dag("order-totals", { on: raw, defaults: { retries: 2 } }, (d) => {
  const amounts = d.task("read", {
    needs: { events: raw },
    run: async ({ events }) => (await Promise.all(events.map(({ data }) => readAmounts(data.uri)))).flat(),
  });
  d.task("sum", {
    needs: { amounts },
    outlets: [totals],
    run: ({ amounts }, ctx) => {
      const amount = amounts.reduce((sum, one) => sum + one, 0);
      ctx.log.info(`${amounts.length} orders, ${amount} in all`);
      ctx.publish(totals, { data: { orders: amounts.length, amount } });
    },
  });
});

async function readAmounts(uri: string): Promise<number[]> {
  const lines = (await readFile(new URL(uri), "utf8")).split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => Number(line.split(",")[1]));
}
