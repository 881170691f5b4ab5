import { Connection } from "@temporalio/client";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { createWorld } from "../../support/stack.ts";

async function ask(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

describe("the servers that integration tests share", () => {
  it("give each test an empty database and a prefix of its own", async () => {
    await using one = await createWorld();
    await using two = await createWorld();
    await ask(one.databaseUrl, "create table mine (id int)");
    expect(await ask(two.databaseUrl, "select count(*)::int from pg_tables where tablename = 'mine'")).toEqual([0]);
    expect(one.environment).not.toBe(two.environment);
  });

  it("drop the database of a world at its end, also under an open connection", async () => {
    const world = await createWorld();
    const open = new pg.Client({ connectionString: world.databaseUrl });
    open.on("error", () => undefined);
    await open.connect();
    await world[Symbol.asyncDispose]();
    await using other = await createWorld();
    expect(await ask(other.databaseUrl, `select count(*)::int from pg_database where datname = '${world.environment}'`)).toEqual([0]);
  });

  it("have the search attributes that runs set", async () => {
    await using world = await createWorld();
    const connection = await Connection.connect({ address: world.temporalAddress });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: world.namespace });
    await connection.close();
    expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(["HeadgateDag", "HeadgatePartition"]));
  });
});
