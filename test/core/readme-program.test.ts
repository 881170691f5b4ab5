import { expect, it } from "vitest";
import { definitionsOf } from "../../core/brand.ts";
import { buildCatalog } from "../../core/catalog-build.ts";
import * as program from "./readme-program.ts";

// The program of the README, word for word but for the place of its source.

it("the fifteen lines of the README are a good project", () => {
  const { catalog, errors, warnings } = buildCatalog("headgate", definitionsOf(program, "lake.dag.ts"), { taskQueue: "headgate" });
  expect(errors).toEqual([]);
  expect(warnings).toEqual([]);
  expect(catalog.dags.map(({ plan }) => [plan.dag, plan.on, plan.tasks.map((task) => task.id)])).toEqual([
    ["orders-clean", { asset: "s3://lake/raw/orders" }, ["load", "report"]],
  ]);
  expect(catalog.watchers).toEqual([{ id: "orders-arrive", source: "lines", publishes: "s3://lake/raw/orders", every: 10_000 }]);
});

it("whose tasks do what they say", async () => {
  const published: unknown[] = [];
  const load = program.ordersClean.handlers.get("load") as (input: unknown) => unknown;
  const report = program.ordersClean.handlers.get("report") as (input: unknown, ctx: unknown) => unknown;
  const rows = await load({ events: [{ data: { line: "a", n: 2 } }, { data: { line: "b", n: 3 } }] });
  expect(rows).toBe(5);
  await report({ rows }, { publish: (...publication: unknown[]) => published.push(publication) });
  expect(published).toEqual([[program.clean, { data: { rows: 5 } }]]);
});
