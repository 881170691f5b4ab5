import { asset, daily } from "headgate";
import { z } from "zod";

const about = { owner: "finance", partitions: daily({ tz: "UTC" }) };
const files = z.object({ files: z.number(), rows: z.number() });

/** The three folders of a day: what came, what passed, what did not. */
export const raw = asset("s3://bank/raw/transactions/{ds}/", {
  ...about,
  description: "Transactions as the bank delivers them",
  schema: z.object({ key: z.string() }),
});
export const validated = asset("s3://bank/validated/transactions/{ds}/", { ...about, description: "Days that passed every check", schema: files });
export const quarantined = asset("s3://bank/quarantine/transactions/{ds}/", {
  ...about,
  description: "Days that did not, and which checks they failed",
  schema: files.extend({ failed: z.array(z.string()) }),
});
export const facts = asset("postgres://warehouse/facts/transactions", { ...about, description: "Only what passed", schema: z.object({ rows: z.number() }) });
