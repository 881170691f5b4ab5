import { sql } from "kysely";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";
import { RUN_COLUMNS, type RunRow, type RunSummary, toRun } from "./runs.ts";

/** A run with the newest event of the asset that it published. */
export interface PublishingRun {
  readonly run: RunSummary;
  readonly event: { readonly at: number; readonly registry: string; readonly seq: number };
}

/** Runs that published an asset, each once, in the order of their newest event of it, newest first. */
export async function runsPublishing(
  db: Database,
  uri: string,
  { after, limit }: { readonly after?: PublishingRun["event"]; readonly limit: number },
): Promise<readonly PublishingRun[]> {
  const { tables: t } = db;
  const rest =
    after === undefined ? sql`true` : sql`(e.at, e.registry, e.seq) < (${instant(after.at)}::timestamptz, ${indexable(after.registry)}, ${after.seq}::bigint)`;
  const { rows } = await sql<RunRow & { event_at: number; event_registry: string; event_seq: number }>`
    select r.*, e.at as event_at, e.registry as event_registry, e.seq as event_seq
    from ${t.events} e, lateral (select ${RUN_COLUMNS} from ${t.runs} where run = e.run order by at desc, n desc limit 1) r
    where e.asset = ${indexable(uri)} and e.run is not null and ${rest}
    and not exists (select from ${t.events} later where later.run = e.run and later.asset = e.asset and (later.at, later.registry, later.seq) > (e.at, e.registry, e.seq))
    order by e.at desc, e.registry desc, e.seq desc limit ${limit}`.execute(db.kysely);
  return rows.map(({ event_at, event_registry, event_seq, ...run }) => ({
    run: toRun(run),
    event: { at: event_at, registry: event_registry, seq: event_seq },
  }));
}
