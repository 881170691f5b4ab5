import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fillStore } from "../../bench/filled/fill.ts";
import { sizesOf } from "../../bench/filled/sizes.ts";
import { openStore, type Store } from "../../store/index.ts";
import { createWorld, type World } from "../support/stack.ts";

/** What grows with the lake; the others have a row for each project, watcher or process. */
const LARGE = ["events", "ledger", "runs", "tasks", "attempts", "logs", "assets", "slices", "definitions", "edges", "operations", "dead_letters"];
const UNTIL = Date.parse("2026-11-25T12:00:00Z");

let world: World;
let client: pg.Client;
beforeAll(async () => {
  world = await createWorld();
  await fillStore({ url: world.databaseUrl, sizes: { ...sizesOf(0.002, UNTIL), days: 2 } });
  client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  // From here on a table is read from end to end only where no index can serve.
  await client.query(`alter database ${world.environment} set enable_seqscan = off`);
});
afterAll(async () => {
  await client.end();
  await world[Symbol.asyncDispose]();
});

/** How often each large table, or a day of it, was read from end to end. */
async function readWhole(): Promise<ReadonlyMap<string, number>> {
  // What a connection did is counted when it is gone.
  const others = "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  while ((await client.query(others)).rowCount !== 0) await delay(5);
  await client.query("select pg_stat_clear_snapshot()");
  const { rows } = await client.query<{ table: string; scans: string }>(
    "select regexp_replace(relname, '_\\d{8}$', '') as table, sum(seq_scan) as scans from pg_stat_user_tables where schemaname = 'headgate' group by 1",
  );
  return new Map(rows.filter(({ table }) => LARGE.includes(table)).map(({ table, scans }) => [table, Number(scans)]));
}

it("notices a table that is read from end to end", async () => {
  const before = (await readWhole()).get("events") ?? 0;
  const other = new pg.Client({ connectionString: world.databaseUrl });
  await other.connect();
  await other.query("select from headgate.events where hops = 77");
  await other.end();
  expect((await readWhole()).get("events")).toBeGreaterThan(before);
});

const since = UNTIL - 86_400_000;
it.each<[string, (store: Store) => Promise<unknown>]>([
  ["runs", (store) => store.listRuns({ after: { run: "x", startedAt: UNTIL } })],
  ["runs of a status", (store) => store.listRuns({ status: "cancelled" })],
  ["runs of a DAG and status", (store) => store.listRuns({ dag: "p00-orders-0000", status: "failed", since })],
  ["runs of a partition", (store) => store.listRuns({ partition: "2026-11-24" })],
  ["runs of a backfill", (store) => store.listRuns({ work: "b-1" })],
  ["reruns", (store) => store.listRuns({ of: "p00-orders-0000/filled-1" })],
  ["a run", (store) => store.showRun("p00-orders-0000/filled-1")],
  ["what a run started", (store) => store.runsStartedBy("p00-orders-0000/filled-1")],
  ["the lines of a run", (store) => store.listLogs({ run: "p00-orders-0000/filled-1" })],
  ["events", (store) => store.listEvents({ after: { at: UNTIL, registry: "x", seq: 1 } })],
  ["events of an asset", (store) => store.listEvents({ asset: "s3://lake/p00/raw/orders-00000" })],
  ["events below a prefix", (store) => store.listEvents({ prefix: "s3://lake/p00/raw/o" })],
  ["events below a prefix, further back", (store) => store.listEvents({ prefix: "s3://lake/p00/raw/o", until: since })],
  ["events of a source", (store) => store.listEvents({ source: "nobody" })],
  ["events of a run", (store) => store.listEvents({ run: "nobody/1" })],
  ["an event", (store) => store.findEvents({ source: "s3://lake", id: "part-1.parquet@1" })],
  ["events by their fate", (store) => store.listFated({ dag: "p00-orders-0000", fate: "pending", since })],
  ["the fates of an event", (store) => store.ledgerOf({ id: "part-1.parquet@1" })],
  ["assets", (store) => store.listAssets({ after: "s3" })],
  ["assets of an owner", (store) => store.listAssets({ owner: "nobody" })],
  ["assets with a tag", (store) => store.listAssets({ tag: "nobody" })],
  ["assets of a group", (store) => store.listAssets({ group: "nobody" })],
  ["versions of an asset", (store) => store.listVersions("s3://lake/p00/raw/orders-00000")],
  ["lineage", (store) => store.lineage("s3://lake/p00/raw/orders-00000", { depth: 6 })],
  ["states of DAGs", (store) => store.dagStates(["p00-orders-0000"])],
  ["operations", (store) => store.listOperations({ dag: "p00-orders-0000" })],
  ["the last runs of a DAG with their tasks", (store) => store.runGrid("p00-orders-0000", 50)],
  ["the whole lineage", (store) => store.wholeLineage(2_000)],
  ["states of assets", (store) => store.assetStates(["s3://lake/p00/raw/orders-00000"])],
  ["slices of an asset", (store) => store.listSlices("s3://lake/p00/raw/orders-00000", { now: UNTIL })],
  ["slices of an asset that is made", (store) => store.listSlices("s3://lake/p00/clean/orders-00000", { now: UNTIL })],
  ["what a contract put aside", (store) => store.listQuarantined({ asset: "s3://lake/p00/raw/orders-00000", waiting: true })],
  ["dead letters", (store) => store.listDeadLetters({ watcher: "p00-arrive-0" })],
])("%s are found by an index", async (_, ask) => {
  const store = openStore({ url: world.databaseUrl });
  const before = await readWhole();
  await ask(store);
  await store.close();
  const after = await readWhole();
  expect([...after].filter(([table, scans]) => scans > (before.get(table) ?? 0))).toEqual([]);
});
