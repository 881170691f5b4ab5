import { describe, expect, it } from "vitest";
import { cleanAll, cleanCustomer, segmentOf } from "../../dags/lake/customers.ts";

const line = (changes: object): string =>
  JSON.stringify({
    customer_id: "c-1",
    name: "Ada",
    email: "ada@example.com",
    country: "gb",
    total_spend: 12.5,
    updated_at: "2026-11-23T12:00:00Z",
    ...changes,
  });

describe("cleaning a customer", () => {
  it("repairs spelling, and keeps amounts in whole cents", () => {
    expect(cleanCustomer(line({ name: "  Ada   Lovelace ", email: " Ada@Example.COM", country: " gb", total_spend: "£1,234.5" }))).toEqual({
      ok: true,
      customer: {
        customerId: "c-1",
        name: "Ada Lovelace",
        email: "ada@example.com",
        country: "GB",
        spendCents: 123_450,
        updatedAt: "2026-11-23T12:00:00.000Z",
      },
    });
  });

  it.each([
    ["{", "not JSON"],
    ["null", "not JSON"],
    [line({ customer_id: " " }), "no id"],
    [line({ email: "nobody" }), "bad email"],
    [line({ total_spend: -1 }), "bad amount"],
    [line({ total_spend: "12.345" }), "bad amount"],
    [line({ total_spend: null }), "bad amount"],
    [line({ updated_at: "yesterday" }), "bad date"],
  ])("refuses %s: %s", (text, reason) => {
    expect(cleanCustomer(text)).toEqual({ ok: false, reason });
  });

  it("takes the newest line of each customer, of equal dates the later one, and counts what it refuses", () => {
    const { customers, refused } = cleanAll([
      line({ total_spend: 1, updated_at: "2026-11-23T13:00:00Z" }),
      line({ total_spend: 2 }),
      line({ customer_id: "c-2", total_spend: 3 }),
      line({ customer_id: "c-2", total_spend: 4 }),
      line({ email: "" }),
      line({ email: "x" }),
    ]);
    expect(customers.map((one) => [one.customerId, one.spendCents])).toEqual([
      ["c-1", 100],
      ["c-2", 400],
    ]);
    expect([...refused]).toEqual([["bad email", 2]]);
  });

  it.each([
    [0, "low"],
    [9_999, "low"],
    [10_000, "medium"],
    [100_000, "high"],
    [1_000_000, "premium"],
  ])("%i cents are %s", (cents, segment) => {
    expect(segmentOf(cents)).toBe(segment);
  });
});
