import { watch } from "headgate";
import { postgresChanges } from "headgate/watchers/postgres";
import { customerChanges } from "./assets.ts";

interface Customer {
  readonly customer_id: string;
  readonly name: string;
  readonly email: string;
}

/**
 * Reads the log of the database, not its clock: each committed insert, update and delete once, in the order of the commits, also those
 * of transactions that were open for long and those that came while nothing of Headgate ran. No window of time can lose a row.
 */
export const customersChanged = watch("customers-changed", postgresChanges<Customer>({ publication: "headgate_customers" }), {
  publishes: customerChanges,
  map: ({ operation, row, before, at }) => {
    if (operation === "truncate") return { data: { operation, customer: null, gone: null, at } };
    // An update that changes the key is a delete of the old one, too.
    const gone = before !== null && before.customer_id !== row?.customer_id ? (before.customer_id ?? null) : null;
    return { data: { operation, customer: row === null ? null : { customer_id: row.customer_id, name: row.name, email: row.email }, gone, at } };
  },
});
