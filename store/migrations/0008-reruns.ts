import { sql } from "kysely";
import type { Step } from "./step.ts";

/** From a run to those that repeat it. */
export const reruns: Step = async ({ kysely, tables: t }) => {
  await sql`create index on ${t.runs} (cause_text) where cause_kind = 'rerun'`.execute(kysely);
};
