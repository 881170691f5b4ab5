import { expect, it } from "vitest";
import { postgres, transaction } from "../../runtime/connectors/index.ts";
import { createWorld } from "../support/stack.ts";

it("a transaction that fails leaves nothing behind, and its client is good for the next one", async () => {
  await using world = await createWorld();
  const connector = postgres("warehouse", { max: 1 });
  const pool = await connector.open(world.databaseUrl);
  try {
    await pool.query("create table sales (id text primary key)");
    const failing = transaction(pool, async (db) => {
      await db.query("insert into sales values ('a')");
      throw new Error("not this time");
    });
    await expect(failing).rejects.toThrow("not this time");
    expect((await pool.query("select * from sales")).rowCount).toBe(0);
    expect(await transaction(pool, async (db) => (await db.query("insert into sales values ('b')")).rowCount)).toBe(1);
    expect((await pool.query("select id from sales")).rows).toEqual([{ id: "b" }]);
  } finally {
    await connector.close(pool);
  }
});
