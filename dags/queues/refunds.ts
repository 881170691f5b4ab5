import { asset, dag, watch } from "headgate";
import { postgres } from "headgate/connections";
import { sqs } from "headgate/watchers/sqs";
import { z } from "zod";

const warehouse = postgres("warehouse");
const refund = z.object({
  refundId: z.string().min(1),
  orderId: z.string().min(1),
  amountCents: z.number().int().positive(),
  askedAt: z.iso.datetime({ offset: true }),
});

export const refundRequests = asset("sqs://queues/refunds", { owner: "billing", description: "Refunds that customers ask for", schema: refund });
export const refunds = asset("postgres://warehouse/billing/refunds", {
  owner: "billing",
  description: "Each refund once",
  schema: z.object({ rows: z.number() }),
});

/**
 * A message is removed from the queue when its event is accepted, and not before. `key`: a sender that tries again gives the same refund
 * another message, which counts as the same event.
 */
export const refundsCome = watch("refunds-come", sqs({ connection: "queues", key: "refundId" }), {
  publishes: refundRequests,
  // What the schema refuses lies with the dead letters: headgate dead-letters list.
  map: ({ body }) => ({ data: body as z.infer<typeof refund> }),
  startAt: "beginning",
});

/** Runs for what waits in the queue, all of it at once. */
export const sqsPipeline = dag("sqs-pipeline", { on: refundRequests, defaults: { retries: 5 }, tags: ["sqs"] }, (d) => {
  d.task("load", {
    needs: { requests: refundRequests },
    outlets: [refunds],
    run: async ({ requests }, ctx) => {
      const { rowCount } = await (await ctx.connection(warehouse)).query(
        `insert into billing.refunds (refund_id, order_id, amount_cents, asked_at)
         select * from jsonb_to_recordset($1) as refund ("refundId" text, "orderId" text, "amountCents" bigint, "askedAt" timestamptz)
         on conflict (refund_id) do nothing`,
        [JSON.stringify(requests.map(({ data }) => data))],
      );
      ctx.publish(refunds, { data: { rows: rowCount ?? 0 } });
    },
  });
});
