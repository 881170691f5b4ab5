import { expect, it } from "vitest";
import type { Stage } from "../stage.ts";

const sale = (id: string, over: object = {}): string =>
  JSON.stringify({ sale_id: id, customer_id: "c1", product_id: "p1", quantity: 2, unit_price: 1.25, sold_at: "2026-11-23T10:00:00Z", ...over });

/** dags/warehouse: from a bucket and a topic through staging and the warehouse to the marts. */
export function warehouseScene(stage: Stage): void {
  it("takes a day of files through staging and the warehouse to both marts, and a corrected file again", async () => {
    const { warehouse } = stage.examples();
    await stage.upload("shop", "landing/sales/2026-11-23/store-1.jsonl", [
      sale("s1"),
      sale("s2", { product_id: "p2", quantity: 1 }),
      "no sale at all",
      sale("s3", { quantity: 0 }),
    ]);
    await stage.answers(
      [
        ["p1", 2, "2.50"],
        ["p2", 1, "1.25"],
      ],
      "select product_id, units, revenue from marts.daily_sales where ds = '2026-11-23' order by 1",
    );
    // Sales alone are not enough for the mart of names: it waits for customers and products.
    await stage.waits("multi-asset");
    await warehouse.query("insert into clean.customers (customer_id, name) values ('c1', 'Ada')");
    await warehouse.query("insert into clean.products (product_id, name) values ('p1', 'Tea'), ('p2', 'Cup')");
    const names = "select sale_id, customer_name, product_name, total_amount from marts.sales_analytics where ds = '2026-11-23' order by 1";
    await stage.answers(
      [
        ["s1", "Ada", "Tea", "2.50"],
        ["s2", "Ada", "Cup", "1.25"],
      ],
      names,
    );
    // Customers and products are known by now: the next change of sales is enough.
    await stage.upload("shop", "landing/sales/2026-11-23/store-1.jsonl", [sale("s1", { quantity: 3 })]);
    await stage.answers([["s1", "Ada", "Tea", "3.75"]], names);
    await stage.answers([["p1", 3, "3.75"]], "select product_id, units, revenue from marts.daily_sales where ds = '2026-11-23'");
  });

  it("goes one of two ways with a day, by what was measured, and the other way once it is corrected", async () => {
    const days = `select 'accepted', rows, 0, 0 from clean.accepted_days where ds = '2026-11-24'
      union all select 'rejected', rows, nulls, duplicates from clean.rejected_days where ds = '2026-11-24'`;
    await stage.upload("shop", "landing/sales/2026-11-24/store-1.jsonl", [sale("a"), sale("a"), sale("b", { customer_id: null })]);
    await stage.answers([["rejected", 3, 1, 1]], days);
    await stage.upload("shop", "landing/sales/2026-11-24/store-1.jsonl", [sale("a"), sale("b")]);
    await stage.answers([["accepted", 2, 0, 0]], days);
  });

  it("loads each event of a topic once, also one that was sent twice, and a broken record stops nothing", async () => {
    const event = (id: string): string => JSON.stringify({ id, user: "ada", action: "look", at: "2026-11-23T10:00:00Z" });
    await stage.produce("user-events", [event("e1"), "{}", event("e2"), event("e1"), event("e3")]);
    await stage.answers([["e1"], ["e2"], ["e3"]], "select event_id from clean.user_activity order by 1");
    const letters = await stage.eventually("the broken record is a dead letter", async () => {
      const found = await stage.examples().store.listDeadLetters({ watcher: "user-events-arrive" });
      return found.length > 0 ? found : undefined;
    });
    expect(letters).toHaveLength(1);
  });
}
