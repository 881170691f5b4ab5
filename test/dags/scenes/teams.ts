import { expect, it } from "vitest";
import type { Stage } from "../stage.ts";

/** dags/teams: three projects, deployed each by itself. */
export function teamsScene(stage: Stage): void {
  it("joins a day when both teams have published that day, and not before", async () => {
    const { warehouse, headgate } = stage.examples();
    await warehouse.query("insert into marketing.ads values ('2026-11-23', 'a1', 'xmas', 1000, 50, 400), ('2026-11-23', 'a2', 'xmas', 1000, 50, 600)");
    await warehouse.query(
      "insert into sales.orders values ('o1', '2026-11-23', 'xmas', 2500), ('o2', '2026-11-23', null, 900), ('o3', '2026-11-24', 'xmas', 1)",
    );
    const made = async (dag: string, partition: string): Promise<void> =>
      expect(await headgate.runs.wait(await headgate.runs.start(dag, { partition }))).toBe("succeeded");
    await made("campaign-costs", "2026-11-23");
    await made("sold-by-campaign", "2026-11-24");
    // One team for one day, the other for another: no day has both.
    await stage.waits("marketing-roi");
    await made("sold-by-campaign", "2026-11-23");
    await stage.answers(
      [["2026-11-23", "xmas", "1000", "2500", 1, "1.5000"]],
      "select day::text, campaign_id, cost_cents, revenue_cents, orders, roi from analytics.marketing_roi",
    );
    await stage.succeeded("marketing-roi", 1);
    expect(await headgate.registry.dag("marketing-roi")).toMatchObject({ project: "analytics" });
  });
}
