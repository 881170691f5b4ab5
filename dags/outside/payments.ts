import { asset, dag, watch } from "headgate";
import { postgres } from "headgate/connections";
import { standardWebhooks, webhook } from "headgate/watchers/webhook";
import { z } from "zod";

const warehouse = postgres("warehouse");
const paid = z.object({ paymentId: z.string().min(1), orderId: z.string().min(1), amountCents: z.number().int().positive() });
/** What the provider posts: many kinds of messages, of which payments are one. */
const message = z.discriminatedUnion("type", [z.object({ type: z.literal("payment.succeeded"), data: paid }), z.object({ type: z.literal("ping") })]);

export const paymentMessages = asset("https://pay.example/payments", { owner: "billing", description: "Payments that the provider tells of", schema: paid });
export const payments = asset("postgres://warehouse/shop/payments", {
  owner: "billing",
  description: "Each payment once",
  schema: z.object({ rows: z.number() }),
});

/**
 * `headgate api` takes `POST /v1/webhooks/payments-posted`, checks the signature with the secret in `HEADGATE_CONN_PAYMENTS_HOOK`, and
 * answers 202 when the event is durable. A message that is delivered twice counts once, by its id.
 */
export const paymentsPosted = watch("payments-posted", webhook({ signature: standardWebhooks(), secret: "payments-hook" }), {
  publishes: paymentMessages,
  map: ({ body }) => {
    const read = message.parse(body);
    return read.type === "ping" ? undefined : { data: read.data };
  },
});

export const bookPayments = dag("book-payments", { on: paymentMessages, defaults: { retries: 5 }, tags: ["webhook"] }, (d) => {
  d.task("book", {
    needs: { messages: paymentMessages },
    outlets: [payments],
    run: async ({ messages }, ctx) => {
      const { rowCount } = await (await ctx.connection(warehouse)).query(
        `insert into shop.payments (payment_id, order_id, amount_cents)
         select * from jsonb_to_recordset($1) as payment ("paymentId" text, "orderId" text, "amountCents" bigint)
         on conflict (payment_id) do nothing`,
        [JSON.stringify(messages.map(({ data }) => data))],
      );
      ctx.publish(payments, { data: { rows: rowCount ?? 0 } });
    },
  });
});
