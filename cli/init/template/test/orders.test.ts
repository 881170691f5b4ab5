import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { event, testDag } from "headgate/testing";
import { expect, it } from "vitest";
import { orderTotals, raw, totals } from "../dags/orders.ts";

it("adds up the orders of a file", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "orders-")), "a.csv");
  await writeFile(file, "tea,20\nmilk,30\n");

  const run = await testDag(orderTotals).run({ events: [event(raw, { uri: pathToFileURL(file).href })] });

  expect(run.error).toBeUndefined();
  expect(run.published(totals)).toMatchObject([{ data: { orders: 2, amount: 50 } }]);
});
