import { asset, daily } from "headgate";
import { z } from "zod";
import { userEvent } from "./user-event.ts";

const about = { owner: "data-platform", partitions: daily({ tz: "UTC" }) };
const rows = z.object({ rows: z.number() });

/** What the stores upload: one folder a day, one JSON object a line. */
export const salesFiles = asset("s3://shop/landing/sales/{ds}/", {
  ...about,
  description: "Sales as the stores upload them",
  schema: z.object({ key: z.string(), path: z.string(), size: z.number() }),
});

export const stagedSales = asset("postgres://warehouse/staging/sales", {
  ...about,
  description: "Sales as they came, in columns",
  schema: z.object({ rows: z.number(), refused: z.number() }),
});

export const sales = asset("postgres://warehouse/clean/sales", { ...about, description: "Each sale once, with its amount", schema: rows });
export const dailySales = asset("postgres://warehouse/marts/daily_sales", { ...about, description: "Units and revenue by product", schema: rows });

export const customers = asset("postgres://warehouse/clean/customers", { owner: "sales", description: "Who buys", meta: { pii: ["name"] } });
export const products = asset("postgres://warehouse/clean/products", { owner: "catalogue", description: "What is sold" });
export const salesAnalytics = asset("postgres://warehouse/marts/sales_analytics", {
  owner: "analytics",
  description: "Sales with the names of who bought what",
  schema: rows,
});

export const userEvents = asset("kafka://streams/user-events", { owner: "web", description: "What users do on the web site", schema: userEvent });
export const userActivity = asset("postgres://warehouse/clean/user_activity", { owner: "web", description: "The same as a table", schema: rows });

export const acceptedDays = asset("postgres://warehouse/clean/accepted_days", { ...about, description: "Days whose sales passed the check", schema: rows });
export const rejectedDays = asset("postgres://warehouse/clean/rejected_days", {
  ...about,
  description: "Days whose sales did not, and why",
  schema: z.object({ rows: z.number(), nulls: z.number(), duplicates: z.number() }),
});
