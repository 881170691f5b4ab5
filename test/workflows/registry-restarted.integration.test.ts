import { expect, it } from "vitest";
import { asset, dag } from "../../core/index.ts";
import { openRegistryWorld } from "./registry-world.ts";

const orders = asset("test://lake/orders");
const load = dag("load", { on: orders, debounce: { quiet: "1s", max: "5s" } }, (d) => {
  d.task("t", { run: () => ({}) });
});

it("goes on in every new worker, also if it waited for the first deploy in another one", { timeout: 120_000 }, async () => {
  await using world = await openRegistryWorld([load]);
  await world.start();
  await expect.poll(async () => (await world.registry.state()).consumers.length, { timeout: 20_000 }).toBe(0);
  await world.restartWorker();
  expect(await world.deploy()).toMatchObject({ ok: true });
  for (const id of ["1", "2", "3"]) {
    await world.signal({ asset: orders.uri, id });
    await expect.poll(async () => (await world.store.listRuns({ dag: "load", status: "succeeded" })).length, { timeout: 30_000 }).toBe(Number(id));
    await world.restartWorker();
  }
  const { events } = await world.handle.fetchHistory();
  expect(events?.filter(({ workflowTaskFailedEventAttributes }) => workflowTaskFailedEventAttributes != null)).toEqual([]);
});
