import pg from "pg";
import { it } from "vitest";
import type { Stage } from "../stage.ts";

/** dags/cdc: what is committed in one database is applied to another. */
export function cdcScene(stage: Stage): void {
  it("applies inserts, updates, changed keys and deletes, also of a transaction that commits after later ones", async () => {
    const [late, shop] = [new pg.Client(stage.servers().shop.url), new pg.Client(stage.servers().shop.url)];
    await Promise.all([late.connect(), shop.connect()]);
    try {
      await late.query("begin");
      await late.query("insert into customers values ('late', 'Eve', 'eve@example')");
      await shop.query("insert into customers values ('c1', 'Ada', 'ada@example'), ('c2', 'Bob', 'bob@example'), ('c3', 'Cy', 'cy@example')");
      await shop.query("update customers set email = 'ada@new.example' where customer_id = 'c1'");
      await shop.query("delete from customers where customer_id = 'c2'");
      await shop.query("update customers set customer_id = 'c9' where customer_id = 'c3'");
      const replica = "select customer_id, name, email from replica.customers order by 1";
      const first = [
        ["c1", "Ada", "ada@new.example"],
        ["c9", "Cy", "cy@example"],
      ];
      await stage.answers(first, replica);
      await late.query("commit");
      await stage.answers([...first, ["late", "Eve", "eve@example"]], replica);
      await shop.query("delete from customers");
      await stage.answers([], replica);
    } finally {
      await Promise.all([late.end(), shop.end()]);
    }
  });
}
