import { sql } from "kysely";
import type { Step } from "./step.ts";

/** Why a position was reset, and which dead letters a person let go of. */
export const watcherLife: Step = async ({ kysely, tables: t }) => {
  await sql`alter table ${t.watcher_resets} add column why text`.execute(kysely);
  await sql`alter table ${t.dead_letters} add column dropped_at timestamptz, add column dropped_by text, add column dropped_why text`.execute(kysely);
};
