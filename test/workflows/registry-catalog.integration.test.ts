import { defaultPayloadConverter } from "@temporalio/common";
import { beforeAll, expect, it } from "vitest";
import { createCatalogs } from "../../client/catalogs.ts";
import { asset, dag } from "../../core/index.ts";
import { namesFor } from "../../core/names.ts";
import { carriedStateOf, emptyState, openRegistry, stateOf, step } from "../../registry/index.ts";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { DEFAULT_SETTINGS, type RegistryCarry } from "../../workflows/registry-carry.ts";
import { until } from "../faults/until.ts";
import { openRegistryWorld, type RegistryWorld } from "./registry-world.ts";

const orders = asset("lake://orders");
const rates = asset("lake://rates");
const mart = dag("mart", { on: orders }, (d) => {
  d.task("take", { needs: { events: orders }, run: () => undefined });
});
const held = dag("held", { on: rates, paused: true }, (d) => {
  d.task("take", { run: () => undefined });
});
const DAGS = [orders, rates, mart, held];

beforeAll(async () => void (await loadWorkflowBundle()));

/** A registry as a former run left it: the catalogue is deployed, an event is pending for the paused DAG. */
function formerLife(world: RegistryWorld): ReturnType<typeof openRegistry> {
  const registry = openRegistry(emptyState("former"));
  step(registry, [{ kind: "register", project: world.catalog.project, revision: 1, catalog: world.catalog }], Date.now() - 60_000);
  step(registry, [{ kind: "publish", events: [{ asset: rates.uri, id: "early" }] }], Date.now() - 30_000);
  return registry;
}

function carry(state: RegistryCarry["state"]): RegistryCarry {
  return { version: 1, state, inbox: [], checking: [], dispatching: [], facts: [], settings: DEFAULT_SETTINGS };
}

async function drained(world: RegistryWorld): Promise<RegistryCarry> {
  const { runId } = await world.handle.describe();
  await world.registry.drain();
  await until("it has continued as new", async () => (await world.handle.describe()).runId !== runId);
  const [started] = (await world.handle.fetchHistory()).events ?? [];
  const [payload] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return defaultPayloadConverter.fromPayload<RegistryCarry>(payload as never);
}

const catalogsOf = (world: RegistryWorld): ReturnType<typeof createCatalogs> =>
  createCatalogs(world.client, namesFor(world.handle.workflowId.replace(/-?asset-registry$/, "")));

const ran = (world: RegistryWorld, id: string, count: number): Promise<unknown> =>
  until(`${count} runs of ${id} have ended`, async () => (await world.store.listRuns({ dag: id })).filter(({ endedAt }) => endedAt !== null).length === count);

it("carries the hash of the catalogue, loads it in each run, and goes on where it stood", async () => {
  await using world = await openRegistryWorld(DAGS);
  await world.start();
  await world.deploy(1);
  await world.signal([
    { asset: orders.uri, id: "1" },
    { asset: rates.uri, id: "r1" },
  ]);
  await ran(world, "mart", 1);
  for (let life = 0; life < 2; life += 1) {
    const { state } = await drained(world);
    expect(state.projects).toMatchObject({ headgate: { revision: 1, catalog: world.catalog.hash } });
    expect(JSON.stringify(state)).not.toContain('"tasks"');
  }
  // Asking about a DAG waits for a registry that is about to be there.
  expect(await world.registry.dag("held")).toMatchObject({ pending: 1, paused: {} });
  const status = await world.registry.state();
  expect(status).toMatchObject({ waitsForCatalogs: [], projects: [{ project: "headgate", revision: 1, hash: world.catalog.hash }] });
  expect(status.stateBytes).toBeLessThan(3_000);
  await world.signal({ asset: orders.uri, id: "2" });
  await ran(world, "mart", 2);
  expect(await world.store.catalogByHash(world.catalog.hash)).toEqual(world.catalog);
});

it("takes over a state of an earlier release, with the catalogue inside, and keeps it elsewhere from then on", async () => {
  await using world = await openRegistryWorld(DAGS);
  const former = stateOf(formerLife(world));
  await world.start(carry({ ...former, schema: 1 } as never));
  await until("the catalogue is kept", async () => (await catalogsOf(world).find(world.catalog.hash)) !== undefined);
  const { state } = await drained(world);
  expect(state.projects).toMatchObject({ headgate: { catalog: world.catalog.hash } });
  expect(await world.registry.dag("held")).toMatchObject({ pending: 1 });
  await world.signal({ asset: orders.uri, id: "late" });
  await ran(world, "mart", 1);
});

it("without its catalogue takes everything, decides nothing, says what it waits for, and goes on once somebody deploys it again", async () => {
  await using world = await openRegistryWorld(DAGS);
  const { hash } = world.catalog;
  await world.start(carry(carriedStateOf(formerLife(world), () => true)));
  await world.signal({ asset: orders.uri, id: "meanwhile" });
  const waiting = await until("it says so", async () => {
    const state = await world.registry.state();
    return state.waitsForCatalogs.length > 0 && state.inbox > 0 && state;
  });
  expect(waiting).toMatchObject({ waitsForCatalogs: [hash], inbox: 1, events: { pending: 1 }, projects: [{ project: "headgate", hash, dags: 2 }] });
  const { state, inbox } = await drained(world);
  expect(state.projects).toMatchObject({ headgate: { catalog: hash } });
  expect(inbox).toMatchObject([{ kind: "publish", events: [{ id: "meanwhile" }] }]);

  await catalogsOf(world).keep(world.catalog);
  await ran(world, "mart", 1);
  expect(await world.registry.dag("held")).toMatchObject({ pending: 1 });
  const { events } = await world.handle.fetchHistory();
  expect(events?.filter(({ workflowTaskFailedEventAttributes: failed }) => failed != null)).toEqual([]);
});

it("refuses a deploy whose catalogue nobody has, and is as before", async () => {
  await using world = await openRegistryWorld(DAGS);
  await world.start();
  await world.deploy(1);
  const reply = await world.handle.executeUpdate("registerCatalog", { args: [{ project: "headgate", revision: 2, catalog: "f00" }] });
  expect(reply).toMatchObject({ ok: false, code: "E_CATALOG_GONE", message: expect.stringContaining("f00") });
  expect(await world.registry.state()).toMatchObject({ projects: [{ revision: 1, hash: world.catalog.hash }] });
});

it("reads a catalogue of many slices from the workflow that keeps it, also when whoever kept it died half way", async () => {
  await using world = await openRegistryWorld(DAGS);
  // What does not compress: more than one slice.
  const noise = Array.from({ length: 12_000 }, (_, n) => ({
    uri: `lake://${Array.from({ length: 4 }, (_, k) => Math.sin(n * 4 + k)).join("/")}`,
    schema: false,
    tags: [],
    meta: {},
  }));
  const large = { ...world.catalog, hash: "large", assets: noise };
  const half = catalogsOf(world);
  const id = namesFor(world.handle.workflowId.replace(/-?asset-registry$/, "")).catalog("large");
  await half.keep(large);
  await world.client.workflow.getHandle(id).terminate("to begin anew");
  await world.client.workflow.start("registryCatalog", { workflowId: id, taskQueue: "nobody", args: [2, new Uint8Array([1])] });
  expect(await catalogsOf(world).find("large")).toBeUndefined();
  await world.client.workflow.getHandle(id).terminate("to begin anew");
  await catalogsOf(world).keep(large);
  expect(await catalogsOf(world).find("large")).toEqual(large);
});

it("opens with catalogues that are larger than the history after which it continues as new", { timeout: 120_000 }, async () => {
  await using world = await openRegistryWorld(DAGS);
  // More than the 2 MiB that end a run, in what one run loads before it decides anything.
  const assets = Array.from({ length: 30_000 }, (_, n) => ({ uri: `lake://${"a-long-name-of-a-folder/".repeat(4)}${n}`, schema: false, tags: [], meta: {} }));
  const large = { ...world.catalog, hash: "larger-than-a-history", assets: [...world.catalog.assets, ...assets] };
  await catalogsOf(world).keep(large);
  const registry = openRegistry(emptyState("former"));
  step(registry, [{ kind: "register", project: large.project, revision: 1, catalog: large }], Date.now() - 60_000);
  await world.start(carry(carriedStateOf(registry, () => true)));
  await world.signal({ asset: orders.uri, id: "1" });
  await ran(world, "mart", 1);
  const { raw } = await world.handle.describe();
  expect(Number(raw.workflowExecutionInfo?.historySizeBytes)).toBeGreaterThan(2 * 1_024 * 1_024);
  expect((await world.registry.state()).waitsForCatalogs).toEqual([]);
});
