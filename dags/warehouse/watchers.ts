import { watch } from "headgate";
import { kafka } from "headgate/watchers/kafka";
import { postgresTable } from "headgate/watchers/postgres";
import { s3 } from "headgate/watchers/s3";
import { customers, products, salesFiles, userEvents } from "./assets.ts";
import type { UserEvent } from "./user-event.ts";

/** A file is an event when it is complete, once for each content that it has. */
export const salesArrive = watch("sales-arrive", s3({ connection: "lake", pattern: "**/*.jsonl" }), { publishes: salesFiles, startAt: "beginning" });

/** Rows that were added or changed, by the transaction that did it: also those of a transaction that commits late. */
const changedRows = postgresTable({ by: { xid: "changed_xid" } });
export const customersChange = watch("customers-change", changedRows, { publishes: customers, map: ({ key }) => ({ data: { key } }), startAt: "beginning" });
export const productsChange = watch("products-change", changedRows, { publishes: products, map: ({ key }) => ({ data: { key } }), startAt: "beginning" });

export const userEventsArrive = watch("user-events-arrive", kafka<UserEvent>(), {
  publishes: userEvents,
  map: ({ value }) => (value === null ? undefined : { data: value }),
  startAt: "beginning",
});
