import { expect, it } from "vitest";
import { asset, catalog, catalogFact, DAY, DAY_ONE, event, eventFact, fateFact, runFact } from "./facts.ts";
import { createStoreWorld } from "./store-world.ts";

it("drops the days that are over, each kind after its time, and what is dropped stays so", async () => {
  let now = DAY_ONE;
  await using world = await createStoreWorld({ now: () => now, retention: { events: 2, runs: 10, ledger: 2 } });
  const facts = [0, 1, 2, 3].flatMap((day) => {
    const at = DAY_ONE + day * DAY;
    return [
      eventFact(day * 3 + 1, event(day + 1, { at })),
      runFact(day * 3 + 2, `orders-clean/e-${day}`, { startedAt: at }),
      fateFact(day * 3 + 3, day + 1, { at, fate: "consumed", run: `orders-clean/e-${day}` }),
    ];
  });
  await world.store.project("r1", facts);
  now = DAY_ONE + 4 * DAY;
  expect((await world.store.retain()).dropped).toEqual([
    { table: "events", day: "2026-11-23" },
    { table: "events", day: "2026-11-24" },
    { table: "ledger", day: "2026-11-23" },
    { table: "ledger", day: "2026-11-24" },
  ]);
  expect((await world.store.retain()).dropped).toEqual([]);
  // Another process that still believes in the dropped days, and the same facts once more.
  await world.store.project("r1", facts);
  await world.another().project("r1", facts);
  expect(await world.store.findEvents({ id: "file-1" })).toEqual([]);
  expect(await world.store.listRuns()).toHaveLength(4);
  expect((await world.store.listVersions("s3://lake/raw/orders")).map((version) => [version.seq, version.version])).toEqual([
    [4, 4],
    [3, 3],
  ]);
});

it("carries what is still pending over, with its fate", async () => {
  let now = DAY_ONE;
  await using world = await createStoreWorld({ now: () => now, retention: { ledger: 1 } });
  await world.store.project("r1", [eventFact(1, event(1)), eventFact(2, event(2)), fateFact(3, 1, { at: DAY_ONE }), fateFact(4, 2, { at: DAY_ONE })]);
  await world.store.project("r1", [fateFact(5, 2, { at: DAY_ONE + DAY, fate: "consumed", run: "orders-clean/e-1" })]);
  for (let day = 2; day <= 9; day += 1) {
    now = DAY_ONE + day * DAY;
    await world.store.retain();
  }
  expect(await world.store.tally({ dag: "orders-clean", ids: ["file-1"] })).toMatchObject({ pending: 1, lost: 0 });
  await world.store.project("r1", [fateFact(6, 1, { at: now, fate: "consumed", run: "orders-clean/e-2" })]);
  expect((await world.store.ledgerOf({ id: "file-1" })).map((entry) => [entry.fate, entry.run])).toEqual([["consumed", "orders-clean/e-2"]]);
});

it("makes the next days before they are needed", async () => {
  await using world = await createStoreWorld({ now: () => DAY_ONE });
  await world.store.retain();
  await world.store.project("r1", [eventFact(1, event(1, { at: DAY_ONE + DAY }))]);
  expect(await world.store.findEvents({ id: "file-1" })).toHaveLength(1);
});

it("forgets sent batches and catalogues that no deploy names, and keeps the rest", async () => {
  let now = DAY_ONE;
  await using world = await createStoreWorld({ now: () => now });
  const session = await world.store.outbox.open({ id: "w", source: "s", fingerprint: "f" });
  for (const id of ["a", "b"]) await session.append({ events: [{ asset: "s3://a", source: "s", id }], cursor: id, seen: [], poison: [] });
  await session.markSent(1);
  await world.store.project(
    "r1",
    ["c1", "c2"].map((hash, i) => catalogFact(i + 1, i + 1, catalog(hash, { assets: [asset("s3://a")] }))),
  );
  now = DAY_ONE + 200 * DAY;
  await world.store.retain();
  expect((await session.unsent()).map((batch) => batch.seq)).toEqual([2]);
  expect(await session.append({ events: [{ asset: "s3://a", source: "s", id: "a" }], cursor: "a", seen: [], poison: [] })).toBeUndefined();
  expect([await world.store.catalogByHash("c1"), (await world.store.catalogByHash("c2"))?.hash]).toEqual([undefined, "c2"]);
});

it("forgets where finished waits stood a day after their end, and not those that still wait", async () => {
  let now = DAY_ONE;
  await using world = await createStoreWorld({ now: () => now });
  const { outbox, kept } = world.store;
  const wait = async (run: string): Promise<string> => {
    const reader = `wait/${run}/t1/file`;
    const session = await outbox.open({ id: reader, source: "s", fingerprint: "f" });
    await session.append({ events: [], cursor: "here", seen: [{ item: "a", version: "1" }], poison: [], keep: ["a", "b"].map((id) => ({ id, item: id })) });
    await kept.take(reader, `${run}/t1/file`, 1);
    return reader;
  };
  const [done, ended, open] = [await wait("orders/e-1"), await wait("orders/e-2"), await wait("orders/e-3")];
  const said = { temporalRunId: "t1", dag: "orders", task: "file", at: DAY_ONE };
  await world.store.record([
    { kind: "task", stamp: 1, task: { ...said, run: "orders/e-1", status: "succeeded" } },
    { kind: "task", stamp: 2, task: { ...said, run: "orders/e-2", status: "waiting" } },
    { kind: "task", stamp: 3, task: { ...said, run: "orders/e-3", status: "waiting" } },
  ]);
  await world.store.project("r1", [
    runFact(1, "orders/e-2", { startedAt: DAY_ONE, temporalRunId: "t1", status: "cancelled", endedAt: DAY_ONE }),
    runFact(2, "orders/e-3", { startedAt: DAY_ONE, temporalRunId: "t1" }),
  ]);
  const standsAt = async (id: string): Promise<unknown> => (await outbox.open({ id, source: "s", fingerprint: "f" })).cursor;
  await world.store.retain();
  expect(await standsAt(done)).toBe("here");
  now = DAY_ONE + 1.5 * DAY;
  await world.store.retain();
  expect([await standsAt(done), await standsAt(ended), await standsAt(open)]).toEqual([undefined, undefined, "here"]);
  expect([await kept.count(done), await kept.count("orders/e-1/t1/file"), await kept.count(open)]).toEqual([0, 1, 1]);
});
