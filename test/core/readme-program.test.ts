import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { definitionsOf } from "../../core/authoring/brand.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { event, testDag } from "../../testing/index.ts";
import * as program from "./readme-program.ts";

// The program of the README, word for word: test/docs/readme.test.ts compares the two.

it("the fifteen lines of the README are a good project", () => {
  const { catalog, errors, warnings } = buildCatalog("headgate", definitionsOf(program, "orders.ts"), { taskQueue: "headgate" });
  expect(errors).toEqual([]);
  expect(warnings).toEqual([]);
  expect(catalog.dags.map(({ plan }) => [plan.dag, plan.on, plan.tasks.map((task) => task.id)])).toEqual([
    ["orders-clean", { asset: "lake://raw/orders" }, ["load", "count"]],
  ]);
  expect(catalog.watchers).toEqual([{ id: "orders-arrive", source: "files", publishes: "lake://raw/orders", every: 10_000 }]);
});

it("whose tasks do what they say", async () => {
  const folder = await mkdtemp(join(tmpdir(), "headgate-readme-"));
  try {
    const names = ["a.csv", "b.csv"].map((name) => join(folder, name));
    for (const name of names) await writeFile(name, "1,20\n2,30\n");
    const events = names.map((name) => event(program.raw, { uri: pathToFileURL(name).href }, { partition: "2026-11-23" }));
    const run = await testDag(program.ordersClean).run({ events });
    expect(run.error).toBeUndefined();
    expect(run.published(program.clean)).toMatchObject([{ partition: "2026-11-23", data: { rows: 4 } }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
