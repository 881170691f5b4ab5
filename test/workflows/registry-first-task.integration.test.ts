import { beforeAll, expect, it } from "vitest";
import { asset, dag } from "../../core/index.ts";
import { SIGNALS } from "../../core/registry-protocol.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { until } from "../faults/until.ts";
import { openRegistryWorld } from "./registry-world.ts";

const plain = asset("lake://plain");
const eachDag = dag("each", { on: plain }, (d) => {
  d.task("take", { run: () => null });
});

beforeAll(async () => void (await loadWorkflowBundle()));

it.each([
  [SIGNALS.assetUpdated, { asset: plain.uri, id: "first" }],
  [SIGNALS.watcherBatch, { watcher: "first", generation: 1, seq: 1, events: [{ asset: plain.uri, id: "first", source: "files:///in" }] }],
  [SIGNALS.runStarted, { run: "each/first", temporalRunId: "1", dag: "each", partition: null }],
  [SIGNALS.runEnded, { run: "each/first", temporalRunId: "1", dag: "each", partition: null, status: "succeeded", outlets: [] }],
])("hands %s to its handler, also when it comes with the first task", async (signal, payload) => {
  await using world = await openRegistryWorld([plain, eachDag]);
  const { taskQueue } = world.catalog;
  const { workflowId } = world.handle;
  await world.client.workflow.signalWithStart("assetRegistry", { workflowId, taskQueue: taskQueue ?? "", signal, signalArgs: [payload] });
  await until("it was looked at", async () => (await world.registry.state()).inbox === 0);
  const { events } = await world.handle.fetchHistory();
  const patches = (events ?? []).flatMap(({ markerRecordedEventAttributes }) =>
    (markerRecordedEventAttributes?.details?.["patch-data"]?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString()),
  );
  // The marker of a name that nobody knows.
  expect(patches.filter((patch) => patch.includes("unknown-signals-are-rejected"))).toEqual([]);
});
