import { asset } from "headgate";
import { z } from "zod";

/** Meter readings come every few seconds; when none comes for so long, that is a fault. */
export const readings = asset("postgres://warehouse/health/readings", {
  owner: "metering",
  description: "Readings of the meters",
  freshness: { within: "20s" },
});

/** The bank publishes rates each working day. */
export const rates = asset("https://bank.example/rates", { owner: "treasury", description: "Exchange rates", freshness: { within: "4d" } });

/**
 * What stays the same of an asset is in its definition: owner, `meta`, freshness. What each run finds out is the data of its event: the
 * schema says what, and `headgate assets show` has the history, version by version.
 */
export const customers = asset("postgres://warehouse/health/customers", {
  owner: "data-platform",
  description: "Customers, with what is known of their quality",
  meta: { pii: ["email"], retentionDays: 730 },
  freshness: { within: "26h" },
  schema: z.object({ rows: z.number(), withoutEmail: z.number(), quality: z.number() }),
});
