import { beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { asset, dag, daily } from "../../core/index.ts";
import { RUN_QUERIES } from "../../core/run-protocol.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import type { RunProgress } from "../../workflows/run-progress.ts";
import { until } from "../faults/until.ts";
import { openRegistryWorld, type RegistryWorld } from "./registry-world.ts";

const orders = asset("lake://orders/{ds}", { partitions: daily() });
const rates = asset("lake://rates/{ds}", { partitions: daily(), schema: z.object({ bank: z.string() }) });

/** What the tasks of this file got, by run. */
const got = new Map<string, unknown>();
const priced = dag("priced", { on: orders, concurrency: 10 }, (d) => {
  const rate = d.waitForAsset("rate", rates, { where: { bank: "ecb" }, timeout: "10m" });
  d.task("price", { needs: { rate }, run: ({ rate }, ctx) => void got.set(ctx.run.id, [rate.id, rate.partition, rate.data.bank]) });
});
const late = dag("late", {}, (d) => {
  const review = d.approve("review");
  const rate = d.waitForAsset("rate", rates, { after: [review], partition: "any" });
  d.task("price", { needs: { rate }, run: ({ rate }, ctx) => void got.set(ctx.run.id, rate.id) });
});
const impatient = dag("impatient", {}, (d) => {
  d.waitForAsset("rate", rates, { partition: "2020-01-01", timeout: "1s", onTimeout: "skip" });
});

beforeAll(async () => void (await loadWorkflowBundle()));

async function begin(): Promise<RegistryWorld> {
  const world = await openRegistryWorld([orders, rates, priced, late, impatient]);
  await world.start();
  await world.deploy();
  return world;
}

const rate = (id: string, partition: string, bank = "ecb") => ({ asset: "lake://rates", id, partition, data: { bank } });

async function waitsIn(world: RegistryWorld, run: string, task: string): Promise<void> {
  await until(`${task} of ${run} waits`, async () => {
    const { tasks } = await world.client.workflow.getHandle(run).query<RunProgress>(RUN_QUERIES.progress);
    return tasks.find((one) => one.task === task)?.status === "waiting" || undefined;
  });
}

it("a run that waits for an event is told of it by the registry, over a restart of both and a continue-as-new", async () => {
  await using world = await begin();
  await world.signal({ asset: "lake://orders", id: "o1", partition: "2026-11-23" });
  const [run = ""] = await until("the run is there", async () => {
    const found = await world.runsOf("priced");
    return found.length > 0 ? found : undefined;
  });
  await waitsIn(world, run, "rate");
  await world.signal([rate("r1", "2026-11-22"), rate("r2", "2026-11-23", "boe")]);
  const first = (await world.handle.describe()).runId;
  await world.handle.signal("drain");
  await until("the registry continued as new", async () => (await world.handle.describe()).runId !== first || undefined);
  await world.restartWorker();
  // Until it has its catalogue again it explains nothing.
  const { text } = await until("the registry explains the run", () => world.registry.explain({ run }));
  expect(text).toContain("its task rate waits for an event of lake://rates 2026-11-23");
  await world.signal(rate("r3", "2026-11-23"));
  expect(await world.client.workflow.getHandle(run).result()).toMatchObject({ status: "succeeded" });
  expect(got.get(run)).toEqual(["r3", "2026-11-23", "ecb"]);
});

it("an event that comes before the task begins is not missed, and one of before the run is none", async () => {
  await using world = await begin();
  await world.signal(rate("r0", "2026-11-23"));
  const handle = await world.client.workflow.start("late", { workflowId: "late/one", taskQueue: world.catalog.taskQueue });
  await until("the registry knows the run", async () => ((await world.registry.explain({ run: "late/one" })).data.kind === "run" ? true : undefined));
  await waitsIn(world, "late/one", "review");
  await world.signal(rate("r1", "2026-11-24"));
  await until("the registry has told of it", async () => {
    const { events = [] } = await handle.fetchHistory();
    return events?.some((event) => event.workflowExecutionSignaledEventAttributes?.signalName === "assetEvent") || undefined;
  });
  await handle.executeUpdate("answer", { args: [{ task: "review", approved: true, by: "test" }] });
  expect(await handle.result()).toMatchObject({ status: "succeeded" });
  expect(got.get("late/one")).toBe("r1");
});

it("a wait ends by its time, and a run that was terminated leaves none behind", async () => {
  await using world = await begin();
  const handle = await world.client.workflow.start("impatient", { workflowId: "impatient/one", taskQueue: world.catalog.taskQueue });
  expect(await handle.result()).toMatchObject({ status: "succeeded", tasks: { rate: "skipped" } });
  await world.signal({ asset: "lake://orders", id: "o1", partition: "2026-11-23" });
  const [run = ""] = await until("the run is there", async () => {
    const found = await world.runsOf("priced");
    return found.length > 0 ? found : undefined;
  });
  await waitsIn(world, run, "rate");
  await world.client.workflow.getHandle(run).terminate("test");
  await until("the registry forgot the run", async () => ((await world.registry.explain({ run })).data.kind === "unknown" ? true : undefined));
  await world.signal(rate("r1", "2026-11-23"));
  expect((await world.registry.state()).history).toBeGreaterThan(0);
});
