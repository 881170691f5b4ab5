import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Change, createChangeFeed } from "../../api/changes/feed.ts";
import { DAY_ONE, event, eventFact, fateFact, runFact } from "../store/facts.ts";
import { createReadWorld, type ReadWorld } from "./read-world.ts";

let world: ReadWorld;
beforeAll(async () => {
  world = await createReadWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

interface Told {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly kind?: string; readonly ids?: readonly string[] };
}

/** A reader of the stream, as a browser is one. */
async function readChanges(query = "", lastId?: string): Promise<{ next(isIt: (told: Told) => boolean): Promise<Told>; readonly all: Told[]; stop(): void }> {
  const leave = new AbortController();
  const response = await world.open(`/v1/changes${query}`, lastId === undefined ? {} : { "last-event-id": lastId }, leave.signal);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const all: Told[] = [];
  void (async () => {
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (text + chunk).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
        const [name, data] = [field("event"), field("data")];
        if (name !== undefined && data !== undefined) all.push({ event: name, id: field("id"), data: JSON.parse(data) });
      }
    }
  })().catch(() => undefined);
  return {
    all,
    async next(isIt) {
      for (;;) {
        const found = all.find(isIt);
        if (found !== undefined) return found;
        await delay(10);
      }
    },
    stop: () => leave.abort(),
  };
}

it("tells every reader what was written, topic by topic", async () => {
  const [both, runs] = await Promise.all([readChanges(), readChanges("?topics=runs")]);
  await world.project([eventFact(1, event(1)), fateFact(2, 1), runFact(3, "orders-clean/e-1")]);
  expect(await both.next(({ event: topic }) => topic === "events")).toMatchObject({ data: { kind: "event", ids: ["file-1"] } });
  expect(await both.next(({ event: topic }) => topic === "assets")).toMatchObject({ data: { ids: ["s3://lake/raw/orders"] } });
  expect(await both.next(({ event: topic, data }) => topic === "dags" && data.kind === "fate")).toMatchObject({ data: { ids: ["orders-clean"] } });
  expect(await runs.next(({ event: topic }) => topic === "runs")).toMatchObject({ data: { kind: "run", ids: ["orders-clean/e-1"] } });
  expect(runs.all.map(({ event: topic }) => topic)).toEqual(["runs"]);
  await world.store.record([
    { stamp: 1, kind: "task", task: { run: "orders-clean/e-1", temporalRunId: "t", dag: "orders-clean", task: "load", status: "running", at: DAY_ONE } },
  ]);
  expect(await both.next(({ event: topic }) => topic === "tasks")).toMatchObject({ data: { kind: "task", ids: ["orders-clean/e-1"] } });
  const session = await world.store.outbox.open({ id: "orders-arrive", source: "files", fingerprint: "files" });
  expect(await both.next(({ event: topic }) => topic === "watchers")).toMatchObject({ data: { ids: ["orders-arrive"] } });
  await session.report({ status: "stopped" });
  both.stop();
  runs.stop();
});

it("goes on where a lost stream ended", async () => {
  const first = await readChanges("?topics=runs");
  await world.project([runFact(10, "orders-clean/e-10")]);
  const { id } = await first.next(({ data }) => data.ids?.includes("orders-clean/e-10") === true);
  first.stop();
  await world.project([runFact(11, "orders-clean/e-11")]);
  const again = await readChanges("?topics=runs", id);
  await again.next(({ data }) => data.ids?.includes("orders-clean/e-11") === true);
  again.stop();
});

it.each(["999999999", "0"])("tells a reader who was last at %s, which is not kept, to ask for everything again", async (lastId) => {
  const client = new pg.Client({ connectionString: world.url });
  await client.connect();
  await world.project([runFact(12, "orders-clean/e-12")]);
  if (lastId === "0") await client.query("delete from headgate.changes where id < (select max(id) from headgate.changes)");
  await client.end();
  const reader = await readChanges("", lastId);
  await reader.next(({ event: name }) => name === "reset");
  reader.stop();
});

it("tells what becomes visible behind a later change", async () => {
  const slow = new pg.Client({ connectionString: world.url });
  await slow.connect();
  await slow.query("begin");
  const reader = await readChanges("?topics=runs");
  await slow.query(`insert into headgate.changes (hints) values ('[{"topic":"runs","kind":"run","ids":["late"]}]')`);
  await world.project([runFact(13, "orders-clean/e-13")]);
  await reader.next(({ data }) => data.ids?.includes("orders-clean/e-13") === true);
  expect(reader.all.some(({ data }) => data.ids?.includes("late"))).toBe(false);
  await slow.query("commit");
  await reader.next(({ data }) => data.ids?.includes("late") === true);
  await slow.end();
  reader.stop();
});

it("names nothing where too much changed to name it", async () => {
  const reader = await readChanges("?topics=events");
  await world.project(Array.from({ length: 60 }, (_, index) => eventFact(100 + index, event(100 + index))));
  expect(await reader.next(() => true)).toMatchObject({ event: "events", data: { kind: "event", ids: [] } });
  reader.stop();
});

it("asks the store once for all who listen, and not at all for nobody", async () => {
  let looks = 0;
  const listChanges: typeof world.store.listChanges = async (query) => {
    looks += 1;
    return await world.store.listChanges(query);
  };
  const feed = createChangeFeed({ store: { ...world.store, listChanges }, log: { warn: () => undefined }, every: 20 });
  const heard: Change[][] = [[], [], []];
  const listeners = await Promise.all(
    heard.map((own) =>
      feed.subscribe(
        (change) => void own.push(change),
        () => undefined,
      ),
    ),
  );
  await world.project([runFact(14, "orders-clean/e-14")]);
  while (heard.some((own) => own.length === 0)) await delay(5);
  expect(heard[1]).toEqual(heard[0]);
  expect(heard[2]).toEqual(heard[0]);
  for (const { stop } of listeners) stop();
  await delay(100);
  const before = looks;
  await delay(100);
  expect(looks).toBe(before);
});
