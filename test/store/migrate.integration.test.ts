import pg from "pg";
import { expect, it } from "vitest";
import { openStore } from "../../store/index.ts";
import { createWorld } from "../support/stack.ts";
import { event, eventFact } from "./facts.ts";

const STEPS = [
  "0001-history",
  "0002-catalogs",
  "0003-outbox",
  "0004-operations",
  "0005-watcher-life",
  "0006-stretches",
  "0007-kept-items",
  "0008-reruns",
  "0009-freshness",
  "0010-open-lineage",
  "0011-access",
  "0012-reading",
  "0013-changes",
  "0014-alerts",
  "0015-last-ends",
  "0016-quarantine",
];

it("makes all tables once, also when four processes do it at the same time", async () => {
  await using world = await createWorld();
  const stores = [1, 2, 3, 4].map(() => openStore({ url: world.databaseUrl }));
  const ran = await Promise.all(stores.map((store) => store.migrate()));
  expect(ran.flat().sort()).toEqual(STEPS);
  expect(await stores[0]!.migrate()).toEqual([]);
  await stores[1]!.project("r1", [eventFact(1, event(1))]);
  expect(await stores[2]!.listAssets()).toHaveLength(1);
  await Promise.all(stores.map((store) => store.close()));
});

it("keeps two environments of one database apart, each in its schema", async () => {
  await using world = await createWorld();
  const [live, test] = [openStore({ url: world.databaseUrl }), openStore({ url: world.databaseUrl, schema: "headgate_test" })];
  await live.migrate();
  await test.migrate();
  await live.project("r1", [eventFact(1, event(1))]);
  expect(await live.listAssets()).toHaveLength(1);
  expect(await test.listAssets()).toEqual([]);
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  const { rows } = await client.query("select distinct schemaname from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1");
  await client.end();
  expect(rows.map((row) => row.schemaname)).toEqual(["headgate", "headgate_test"]);
  await Promise.all([live.close(), test.close()]);
});

it("says that the migrations are missing", async () => {
  await using world = await createWorld();
  const store = openStore({ url: world.databaseUrl });
  await expect(store.listAssets()).rejects.toMatchObject({ code: "E_STORE", hint: "run the migrations first" });
  await store.close();
});

it.each(["Headgate", "a-b", 'x"; drop schema public', "", "1st"])("refuses the schema name %j", (schema) => {
  expect(() => openStore({ url: "postgres://localhost/x", schema })).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
});
