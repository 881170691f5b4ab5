import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import type { Stage } from "../stage.ts";

/** dags/queues: a queue of SQS, and a topic that is read once an hour. */
export function queuesScene(stage: Stage): void {
  it("takes refunds from the queue, each once, also one that was sent twice", async () => {
    const { client, url } = await stage.queue();
    for (const id of ["r1", "r2", "r1"]) {
      const body = { refundId: id, orderId: `of ${id}`, amountCents: 500, askedAt: "2026-11-23T10:00:00Z" };
      await client.send(new SendMessageCommand({ QueueUrl: url("refunds"), MessageBody: JSON.stringify(body) }));
    }
    client.destroy();
    await stage.answers(
      [
        ["r1", "of r1", "500"],
        ["r2", "of r2", "500"],
      ],
      "select refund_id, order_id, amount_cents from billing.refunds order by 1",
    );
  });

  it("loads what a topic has when its hour comes, and goes on there the next hour", async () => {
    const { headgate, warehouse } = stage.examples();
    const click = (page: string): string => JSON.stringify({ user: "ada", page, at: "2026-11-23T10:00:00Z" });
    /** On a busy machine the first hours may pass before the group has formed: what one hour does not take is the next one's. */
    const hoursUntil = (rows: number): Promise<true> =>
      stage.eventually(`${rows} clicks are loaded`, async () => {
        expect(await headgate.runs.wait(await headgate.runs.start("clicks-hourly"))).toBe("succeeded");
        return (await warehouse.query("select 1 from web.clicks")).rowCount === rows || undefined;
      });
    await stage.produce("clicks", [click("/"), "{}", click("/tea")]);
    await hoursUntil(2);
    await stage.produce("clicks", [click("/cup")]);
    await hoursUntil(3);
    await stage.answers([["/"], ["/tea"], ["/cup"]], "select page from web.clicks order by partition, at_offset");
    const events = await stage.eventually("what was loaded is published", async () => {
      const found = await stage.eventsOf("postgres://warehouse/web/clicks");
      return found?.reduce((sum, { data }) => sum + Number(data.rows), 0) === 3 ? found : undefined;
    });
    expect(events.map(({ data }) => data.refused)).toContain(1);
  });
}
