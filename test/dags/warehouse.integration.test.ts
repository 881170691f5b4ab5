import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { postgres, s3, transaction } from "../../runtime/connectors/index.ts";
import { kafkaServer } from "../../scripts/servers/kafka.ts";
import { s3Server } from "../../scripts/servers/s3.ts";
import { until } from "../faults/until.ts";
import { describeWithServers } from "../support/servers.ts";
import { type Examples, startExamples } from "./examples.ts";

const sale = (id: string, over: object = {}): string =>
  JSON.stringify({ sale_id: id, customer_id: "c1", product_id: "p1", quantity: 2, unit_price: 1.25, sold_at: "2026-11-23T10:00:00Z", ...over });

await describeWithServers("dags/warehouse, on a bucket, a topic and a warehouse", { s3: s3Server, kafka: kafkaServer }, (servers) => {
  let examples: Examples;
  let upload: (path: string, lines: readonly string[]) => Promise<void>;
  let closeBucket: () => void;

  beforeAll(async () => {
    const env = { ...servers().s3.env, ...servers().kafka.env };
    examples = await startExamples({ projects: ["warehouse"], env });
    const connector = s3("lake");
    const client = await connector.open(env.HEADGATE_CONN_LAKE ?? "");
    closeBucket = () => void connector.close(client);
    upload = async (path, lines) => void (await client.putObject({ Bucket: "shop", Key: `landing/sales/${path}`, Body: lines.join("\n") }));
  });
  afterAll(async () => {
    closeBucket?.();
    await examples?.[Symbol.asyncDispose]();
  });

  /** Asks until the answer is the expected one; what it is in the end is what the test compares. */
  async function answers(expected: unknown, query: string): Promise<void> {
    let rows: unknown;
    const same = async (): Promise<boolean> => {
      rows = (await examples.warehouse.query({ text: query, rowMode: "array" })).rows;
      return JSON.stringify(rows) === JSON.stringify(expected);
    };
    await until(query, same, 60_000).catch(() => undefined);
    expect(rows).toEqual(expected);
  }

  it("takes a day of files through staging and the warehouse to both marts, and a corrected file again", async () => {
    const { warehouse } = examples;
    await upload("2026-11-23/store-1.jsonl", [sale("s1"), sale("s2", { product_id: "p2", quantity: 1 }), "no sale at all", sale("s3", { quantity: 0 })]);
    await answers(
      [
        ["p1", 2, "2.50"],
        ["p2", 1, "1.25"],
      ],
      "select product_id, units, revenue from marts.daily_sales where ds = '2026-11-23' order by 1",
    );
    // Sales alone are not enough for the mart of names: it waits for customers and products.
    expect(await examples.runs("multi-asset")).toEqual([]);
    await warehouse.query("insert into clean.customers (customer_id, name) values ('c1', 'Ada')");
    await warehouse.query("insert into clean.products (product_id, name) values ('p1', 'Tea'), ('p2', 'Cup')");
    const names = "select sale_id, customer_name, product_name, total_amount from marts.sales_analytics where ds = '2026-11-23' order by 1";
    await answers(
      [
        ["s1", "Ada", "Tea", "2.50"],
        ["s2", "Ada", "Cup", "1.25"],
      ],
      names,
    );
    // Customers and products are known by now: the next change of sales is enough.
    await upload("2026-11-23/store-1.jsonl", [sale("s1", { quantity: 3 })]);
    await answers([["s1", "Ada", "Tea", "3.75"]], names);
    await answers([["p1", 3, "3.75"]], "select product_id, units, revenue from marts.daily_sales where ds = '2026-11-23'");
  });

  it("goes one of two ways with a day, by what was measured, and the other way once it is corrected", async () => {
    const days = `select 'accepted', rows, 0, 0 from clean.accepted_days where ds = '2026-11-24'
      union all select 'rejected', rows, nulls, duplicates from clean.rejected_days where ds = '2026-11-24'`;
    await upload("2026-11-24/store-1.jsonl", [sale("a"), sale("a"), sale("b", { customer_id: null })]);
    await answers([["rejected", 3, 1, 1]], days);
    await upload("2026-11-24/store-1.jsonl", [sale("a"), sale("b")]);
    await answers([["accepted", 2, 0, 0]], days);
  });

  it("loads each event of a topic once, also one that was sent twice, and a broken record stops nothing", async () => {
    const producer = new Kafka({ brokers: [servers().kafka.broker], logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const event = (id: string): { value: string } => ({ value: JSON.stringify({ id, user: "ada", action: "look", at: "2026-11-23T10:00:00Z" }) });
    await producer.send({ topic: "user-events", messages: [event("e1"), { value: "{}" }, event("e2"), event("e1"), event("e3")] });
    await producer.disconnect();
    await answers([["e1"], ["e2"], ["e3"]], "select event_id from clean.user_activity order by 1");
    const letters = await until("the broken record is a dead letter", async () => {
      const found = await examples.store.listDeadLetters({ watcher: "user-events-arrive" });
      return found.length > 0 && found;
    });
    expect(letters).toHaveLength(1);
  });

  it("leaves nothing behind of a transaction that failed", async () => {
    const { warehouse } = examples;
    const connector = postgres("warehouse", { max: 1 });
    const pool = await connector.open(String(warehouse.options.connectionString));
    try {
      const failing = transaction(pool, async (db) => {
        await db.query("insert into clean.customers (customer_id, name) values ('c9', 'Nobody')");
        throw new Error("not this time");
      });
      await expect(failing).rejects.toThrow("not this time");
      // The one client of the pool is usable, and sees nothing of it.
      expect((await pool.query("select 1 from clean.customers where customer_id = 'c9'")).rowCount).toBe(0);
    } finally {
      await connector.close(pool);
    }
  });
});
