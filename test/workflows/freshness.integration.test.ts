import { beforeAll, expect, it } from "vitest";
import { asset, dag, freshness } from "../../core/index.ts";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { until } from "../faults/until.ts";
import { openRegistryWorld } from "./registry-world.ts";

const watched = asset("lake://watched", { freshness: { within: "3s" } });
const told: string[] = [];
const alarm = dag("alarm", { on: freshness(watched), mode: "each" }, (d) => {
  d.task("take", { needs: { changes: freshness(watched) }, run: ({ changes }) => void told.push(...changes.map(({ data }) => data.state)) });
});

beforeAll(async () => void (await loadWorkflowBundle()));

it("an asset becomes stale by the registry's own timer, once, also when the registry goes on as new in between", async () => {
  await using world = await openRegistryWorld([watched, alarm]);
  await world.start();
  await world.deploy();
  await world.signal({ asset: watched.uri, id: "1" });
  await until("it is told that it is fresh", async () => told.length === 1);
  await world.handle.signal(SIGNALS.drain);
  await until("it is told that it is stale", async () => told.length === 2);
  const stale = await until("the store knows it", async () => (await world.store.listAssets({ freshness: "stale" }))[0] ?? false);
  expect([stale.asset, stale.freshness?.since]).toEqual([watched.uri, (stale.last?.at ?? 0) + 3_000]);
  await world.signal({ asset: watched.uri, id: "2" });
  await until("it is told that it is fresh again", async () => told.length === 3);
  expect(told).toEqual(["fresh", "stale", "fresh"]);
  // A run that cannot tell the registry of its end keeps its worker.
  await until("its runs have ended", async () => (await world.store.listRuns({ dag: "alarm", status: "succeeded", limit: 10 })).length === 3);
});
