import { asset } from "headgate";
import { z } from "zod";

const customer = z.object({ customer_id: z.string(), name: z.string(), email: z.string() });

/** A change as the warehouse needs it: the row as it is now, and the key that is gone. */
export const change = z.object({
  operation: z.enum(["insert", "update", "delete", "truncate", "read"]),
  customer: customer.nullable(),
  gone: z.string().nullable(),
  at: z.string(),
});
export type Change = z.infer<typeof change>;

export const customerChanges = asset("postgres://shop/public/customers", { owner: "shop", description: "Changes of customers, one by one", schema: change });
export const replicaCustomers = asset("postgres://warehouse/replica/customers", {
  owner: "data-platform",
  description: "Customers as the shop has them now",
  schema: z.object({ written: z.number(), deleted: z.number() }),
});
