import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { event, testDag } from "headgate/testing";
import { expect, it } from "vitest";
import { orderTotals, raw } from "../dags/orders.ts";

it("reads the orders of a file", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "orders-")), "a.csv");
  await writeFile(file, "tea,20\nmilk,30\n");

  const run = await testDag(orderTotals).run({
    events: [event(raw, { uri: pathToFileURL(file).href, path: "a.csv" })],
    // With a database: connections: { warehouse: pool } in place of this.
    tasks: { load: { rows: [{ orders: 2, amount: 50 }], rowCount: 1 } },
  });

  expect(run.error).toBeUndefined();
  expect(run.task("read").value).toEqual([
    { file: "a.csv", line: 1, item: "tea", amount: 20 },
    { file: "a.csv", line: 2, item: "milk", amount: 30 },
  ]);
});
