import { expect, it } from "vitest";
import { allEvents } from "../../core/authoring/all-events.ts";
import { asset } from "../../core/authoring/asset.ts";
import { pattern } from "../../core/authoring/conditions.ts";
import { dag } from "../../core/authoring/dag.ts";
import type { AssetEvent } from "../../core/event.ts";
import { inputOf } from "../../interpreter/task-values.ts";

const customers = asset("s3://lake/customers");
const event = (seq: number, uri: string): AssetEvent => ({
  seq,
  asset: uri,
  source: "x",
  id: String(seq),
  time: 0,
  at: 0,
  partition: null,
  data: { seq },
  hops: 0,
});

it("a task that asks for all events gets those of every asset, kept ones last, and one that names an asset gets its own", () => {
  const { tasks } = dag("watch-raw", { on: pattern("s3://lake/raw/*").and(customers.keep()) }, (d) => {
    d.task("both", { needs: { everything: allEvents, customers }, run: ({ everything, customers }) => everything.length + customers.length });
  }).plan.plan;
  const facts = { events: [event(1, "s3://lake/raw/a"), event(2, "s3://lake/raw/b")], references: [event(3, "s3://lake/customers")] };
  const input = inputOf(tasks[0] as (typeof tasks)[0], {}, facts as unknown as Parameters<typeof inputOf>[2]) as Record<
    string,
    { asset: string; time: string }[]
  >;
  expect(input.everything?.map((one) => one.asset)).toEqual(["s3://lake/raw/a", "s3://lake/raw/b", "s3://lake/customers"]);
  expect(input.customers).toEqual([
    { asset: "s3://lake/customers", id: "3", source: "x", time: "1970-01-01T00:00:00.000Z", partition: null, data: { seq: 3 } },
  ]);
});
