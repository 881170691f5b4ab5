import { expect, it } from "vitest";
import type { Stage } from "../stage.ts";

const row = (id: string, over: object = {}): string => JSON.stringify({ transaction_id: id, amount: 10, booked_at: "2026-11-23T10:00:00Z", ...over });

/** dags/gateway: a day is promoted or quarantined, and only what passed is loaded. */
export function gatewayScene(stage: Stage): void {
  it("loads a day that passes, quarantines one that fails with the reasons, and lets it in when it is corrected", async () => {
    await stage.upload("bank", "raw/transactions/2026-11-23/a.jsonl", [row("t1"), row("t2")]);
    await stage.upload("bank", "raw/transactions/2026-11-24/a.jsonl", [row("t3"), row("t3", { amount: -1 })]);
    const loaded = "select ds::text, transaction_id from facts.transactions order by 1, 2";
    const good = [
      ["2026-11-23", "t1"],
      ["2026-11-23", "t2"],
    ];
    await stage.answers(good, loaded);
    const [held] = await stage.eventually("the day is quarantined", () => stage.eventsOf("s3://bank/quarantine/transactions"));
    expect(held).toMatchObject({ partition: "2026-11-24", data: { failed: ["ids are unique", "amounts are between 0 and 100,000"] } });
    await stage.answers(good, loaded);
    await stage.upload("bank", "raw/transactions/2026-11-24/a.jsonl", [row("t3")]);
    await stage.answers([...good, ["2026-11-24", "t3"]], loaded);
  });
}
