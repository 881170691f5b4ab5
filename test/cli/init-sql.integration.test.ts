import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import * as project from "../../cli/init/template-sql/dags/orders.ts";
import { definitionsOf } from "../../core/authoring/brand.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { postgres } from "../../runtime/connectors/index.ts";
import { event, testDag } from "../../testing/index.ts";
import { createWorld } from "../support/stack.ts";

// What `headgate init --template sql` writes: its own test as it stands there, and its SQL against a real database.
await import("../../cli/init/template-sql/test/orders.test.ts");

it("the project has nothing wrong with it", () => {
  const { errors, warnings } = buildCatalog("my-project", definitionsOf(project, "orders.ts"), { taskQueue: "my-project" });
  expect([errors, warnings]).toEqual([[], []]);
});

it("a line of a file is in the table once, however often its run is repeated", async () => {
  await using world = await createWorld();
  const folder = await mkdtemp(join(tmpdir(), "headgate-init-sql-"));
  const warehouse = postgres("warehouse");
  const pool = await warehouse.open(world.databaseUrl);
  try {
    const file = join(folder, "a.csv");
    const play = async (text: string): Promise<unknown> => {
      await writeFile(file, text);
      const events = [event(project.raw, { uri: pathToFileURL(file).href, path: "a.csv" })];
      const run = await testDag(project.orderTotals).run({ events, connections: { warehouse: pool } });
      expect(run.error).toBeUndefined();
      return run.published(project.orders).map(({ data }) => data);
    };
    expect(await play("tea,20\nmilk,30\n")).toEqual([{ orders: 2, amount: 50 }]);
    expect(await play("tea,21\nmilk,30\njam,5\n")).toEqual([{ orders: 3, amount: 56 }]);
    expect((await pool.query("select item, amount::int from orders order by line")).rows).toEqual([
      { item: "tea", amount: 21 },
      { item: "milk", amount: 30 },
      { item: "jam", amount: 5 },
    ]);
  } finally {
    await warehouse.close(pool);
    await rm(folder, { recursive: true, force: true });
  }
});
