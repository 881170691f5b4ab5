import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { JsonObject } from "../../../core/json.ts";
import { startLineageSender } from "../../../runtime/open-lineage/sender.ts";
import { httpTransport } from "../../../runtime/open-lineage/transport.ts";
import type { Store } from "../../../store/index.ts";
import { asset, catalog, catalogFact, DAY_ONE, event, eventFact, fateFact, plan, runFact } from "../../store/facts.ts";
import { createStoreWorld, type StoreWorld } from "../../store/store-world.ts";
import { specIssues } from "./spec.ts";

const RAW = "s3://lake/raw/orders";
const CLEAN = "postgres://warehouse/clean/fact_orders";

/** An OpenLineage server that takes what is right, or answers what a test tells it to. */
async function openServer(): Promise<{ readonly url: string; readonly taken: JsonObject[]; answer: (event: JsonObject) => number; server: Server }> {
  const taken: JsonObject[] = [];
  const world = { url: "", taken, answer: (_: JsonObject) => 201, server: createServer() };
  world.server.on("request", async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const given = JSON.parse(body) as JsonObject;
    const status = request.url === "/api/v1/lineage" && request.headers.authorization === "Bearer k" ? world.answer(given) : 401;
    if (status < 300) taken.push(given);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => world.server.listen(0, "127.0.0.1", resolve));
  world.url = `http://127.0.0.1:${(world.server.address() as AddressInfo).port}`;
  return world;
}

const shown = (events: readonly JsonObject[]): readonly string[] =>
  events.map((one) => {
    const { eventType, job, dataset, run } = one as {
      eventType?: string;
      job?: { name: string };
      dataset?: { name: string };
      run?: { facets: { headgate_run: { run: string } } };
    };
    return eventType === undefined
      ? `${dataset === undefined ? "job" : "dataset"} ${dataset?.name ?? job?.name}`
      : `${eventType} ${run?.facets.headgate_run.run}`;
  });

describe("lineage on its way to a server", () => {
  let world: StoreWorld;
  let server: Awaited<ReturnType<typeof openServer>>;
  let store: Store;

  beforeAll(async () => {
    world = await createStoreWorld();
    store = world.store;
    server = await openServer();
  });
  afterAll(async () => {
    server.server.close();
    await world[Symbol.asyncDispose]();
  });

  function send(from: Store = store): { stop(): Promise<void>; readonly said: string[] } {
    const said: string[] = [];
    const log = { info: (line: string) => void said.push(line), warn: (line: string) => void said.push(line) };
    const transport = httpTransport({ url: server.url, apiKey: "k" });
    const sender = startLineageSender({ store: from, transport, project: "headgate", namespace: "sales", log, every: 50, longest: 200 });
    onTestFinished(() => sender.stop());
    return { ...sender, said };
  }
  const untilTaken = (count: number): Promise<void> => expect.poll(() => server.taken.length, { timeout: 20_000, interval: 50 }).toBeGreaterThanOrEqual(count);

  it("is nobody's business while no project asks for it", async () => {
    await store.project("r", [runFact(1, "orders-clean/1-0")]);
    expect(await store.lineageOutbox.due("headgate", 10)).toEqual([]);
  });

  it("is told in order, and waits while the server takes nothing", async () => {
    await store.lineageOutbox.open("headgate");
    const deployed = catalog("c1", { assets: [asset(RAW), asset(CLEAN)], dags: [plan("orders-clean", { asset: RAW }, [CLEAN])] });
    await store.project("r", [
      catalogFact(2, 1, deployed),
      eventFact(3, event(1)),
      runFact(4, "orders-clean/1-1"),
      fateFact(5, 1, { fate: "consumed", run: "orders-clean/1-1" }),
    ]);
    const end = runFact(6, "orders-clean/1-1", { status: "succeeded", endedAt: DAY_ONE + 9_000, temporalRunId: "t1" });
    const published = eventFact(7, event(2, { asset: CLEAN, run: "orders-clean/1-1" }));
    await store.project("r", [end, published]);
    server.answer = () => 503;
    const sender = send();
    await expect.poll(() => sender.said.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(server.taken).toEqual([]);
    server.answer = () => 201;
    await untilTaken(5);
    expect(shown(server.taken)).toEqual([
      "dataset raw/orders",
      "dataset clean.fact_orders",
      "job orders-clean",
      "START orders-clean/1-1",
      "COMPLETE orders-clean/1-1",
    ]);
    expect(server.taken.flatMap(specIssues)).toEqual([]);
    expect(server.taken[4]).toMatchObject({ inputs: [{ name: "raw/orders" }], outputs: [{ name: "clean.fact_orders" }] });
    await expect.poll(() => sender.said.at(-1), { timeout: 20_000 }).toContain("takes lineage again");
  });

  it("is not told again when the facts come again, in whatever order", async () => {
    const before = server.taken.length;
    await store.project("r", [
      runFact(6, "orders-clean/1-1", { status: "succeeded", endedAt: DAY_ONE + 9_000, temporalRunId: "t1" }),
      runFact(4, "orders-clean/1-1"),
    ]);
    await store.project("r", [
      runFact(9, "orders-clean/1-2", { status: "failed", endedAt: DAY_ONE + 10_000, error: "no header" }),
      runFact(8, "orders-clean/1-2"),
    ]);
    send();
    await untilTaken(before + 2);
    expect(shown(server.taken.slice(before))).toEqual(["START orders-clean/1-2", "FAIL orders-clean/1-2"]);
  });

  it("goes on after a process that died between start and end", async () => {
    const before = server.taken.length;
    server.answer = (given) => (given.eventType === "START" ? 201 : 503);
    await store.project("r", [runFact(10, "orders-clean/1-3"), runFact(11, "orders-clean/1-3", { status: "cancelled", endedAt: DAY_ONE + 12_000 })]);
    const first = send();
    await untilTaken(before + 1);
    await first.stop();
    server.answer = () => 201;
    send(world.another());
    await untilTaken(before + 2);
    expect(shown(server.taken.slice(before))).toEqual(["START orders-clean/1-3", "ABORT orders-clean/1-3"]);
  });

  it("leaves out what the server refuses for good, and says so", async () => {
    const before = server.taken.length;
    server.answer = (given) => (shown([given])[0]?.endsWith("1-4") ? 422 : 201);
    const ended = { status: "succeeded", endedAt: DAY_ONE + 14_000 } as const;
    await store.project("r", [runFact(12, "orders-clean/1-4", ended), runFact(13, "orders-clean/1-5", ended)]);
    const sender = send();
    await untilTaken(before + 2);
    expect(shown(server.taken.slice(before))).toEqual(["START orders-clean/1-5", "COMPLETE orders-clean/1-5"]);
    expect(sender.said.join()).toContain("answered 422");
  });

  it("is told by one process at a time", async () => {
    await store.lineageOutbox.open("other");
    expect(await store.lineageOutbox.hold("other", "a", 60_000)).toBe(true);
    expect(await store.lineageOutbox.hold("other", "b", 60_000)).toBe(false);
    await store.lineageOutbox.release("other", "a");
    expect(await store.lineageOutbox.hold("other", "b", 60_000)).toBe(true);
  });

  it("leaves the DAGs of another project to that project", async () => {
    await store.project("r", [
      { kind: "consumer", n: 20, at: DAY_ONE, dag: "orders-clean", project: "headgate", paused: false, faulted: null },
      runFact(21, "orders-clean/1-6"),
    ]);
    await expect.poll(() => store.lineageOutbox.due("headgate", 10).then((due) => due.map(({ id }) => id)), { timeout: 10_000 }).toEqual(["orders-clean/1-6"]);
    expect((await store.lineageOutbox.due("other", 10)).map(({ id }) => id)).toEqual([]);
  });
});
