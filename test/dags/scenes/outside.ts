import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import type { Stage } from "../stage.ts";
import type { Supplier } from "./supplier.ts";

export const HOOK_SECRET = Buffer.from("a secret of thirty-two bytes ...").toString("base64");

/** dags/outside: an API that is polled, and a webhook. */
export function outsideScene(stage: Stage, supplier: () => Supplier): void {
  it("loads the supplier's catalogue when its version is another one", async () => {
    await stage.answers([["tea", "300", 1]], "select article, price_cents, version from shop.catalogue order by 1");
    Object.assign(supplier(), { version: 2, articles: [{ article: "cup", price_cents: 500 }] });
    await stage.answers([["cup", "500", 2]], "select article, price_cents, version from shop.catalogue order by 1");
    await stage.succeeded("load-catalogue", 2);
  });

  it("books a payment that is posted once, however often it is delivered, and refuses what is not signed", async () => {
    const body = JSON.stringify({ type: "payment.succeeded", data: { paymentId: "p1", orderId: "o1", amountCents: 1299 } });
    expect([await post("m1", body), await post("m1", body), await post("m2", JSON.stringify({ type: "ping" }))]).toEqual([202, 202, 202]);
    expect(await post("m3", body, "wrong")).toBe(401);
    await stage.answers([["p1", "o1", "1299"]], "select payment_id, order_id, amount_cents from shop.payments");
    await stage.succeeded("book-payments", 1);
  });

  async function post(id: string, body: string, signature?: string): Promise<number> {
    const time = String(Math.floor(Date.now() / 1000));
    const right = createHmac("sha256", Buffer.from(HOOK_SECRET, "base64")).update(`${id}.${time}.${body}`).digest("base64");
    const headers = { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": time, "webhook-signature": `v1,${signature ?? right}` };
    return (await fetch(`${stage.examples().apiUrl}/v1/webhooks/payments-posted`, { method: "POST", body, headers })).status;
  }
}
