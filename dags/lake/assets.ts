import { asset, daily } from "headgate";
import { z } from "zod";
import { BUCKET, inBucket, layerUri } from "./place.ts";

/** Days of the shop, in its own time zone. */
const days = daily({ tz: "UTC" });
const owner = "data-platform";

const landingUri = inBucket ? `s3://${BUCKET}/landing/customers/{ds}/` : "lake://landing/customers/{ds}/";

/** Files that the shop exports: one folder a day, one JSON object a line. */
export const landing = asset(landingUri, {
  description: "Customer exports of the shop, as they arrive",
  owner,
  partitions: days,
  schema: z.object({ path: z.string(), size: z.number(), modifiedAt: z.string(), uri: z.string(), version: z.string() }),
});

export const raw = asset(layerUri("raw", "customers"), {
  description: "Every exported line, unchanged, with the file that it came from",
  owner,
  partitions: days,
  schema: z.object({ files: z.number(), lines: z.number() }),
});

export const bronze = asset(layerUri("bronze", "customers"), {
  description: "Customers that could be cleaned, the newest export of each",
  owner,
  partitions: days,
  schema: z.object({ customers: z.number(), refused: z.number() }),
});

export const silver = asset(layerUri("silver", "customer_segments"), {
  description: "Customers with the segment of their spend",
  owner,
  partitions: days,
  schema: z.object({ customers: z.number() }),
});

export const gold = asset("postgres://warehouse/gold/customer_analytics", {
  description: "Customers and spend by day and segment",
  owner,
  partitions: days,
  schema: z.object({ segments: z.number(), customers: z.number(), spendCents: z.number() }),
});
