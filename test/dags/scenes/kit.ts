import { it } from "vitest";
import type { Stage } from "../stage.ts";

/** dags/kit: tasks that are made from their assets. */
export function kitScene(stage: Stage): void {
  it("fills both tables when the table in Snowflake is told of", async () => {
    const { warehouse, headgate } = stage.examples();
    await warehouse.query("insert into kit.orders values ('o1', 'tea', 'eu', 3), ('o2', 'tea', 'us', 4), ('o3', 'cup', 'eu', 5)");
    await headgate.publish([{ asset: "snowflake://acme-eu1/PROD/SALES/ORDERS", id: "load-17" }]);
    await stage.answers(
      [
        ["tea", "7.00"],
        ["cup", "5.00"],
      ],
      "select product, amount from kit.top_products order by amount desc",
    );
    await stage.answers(
      [
        ["eu", "8.00"],
        ["us", "4.00"],
      ],
      "select region, amount from kit.top_regions order by amount desc",
    );
  });
}
