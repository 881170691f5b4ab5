import type { SourceLog } from "../../core/source.ts";
import type { TablePlace } from "./place.ts";
import type { TableClient } from "./table-client.ts";

/**
 * Start of the oldest transaction that is open in this database, other than this session's, with `now` where there is none: a row that
 * comes later is no older, if its time is that of its transaction. Vacuum writes no rows, so it is not waited for.
 */
export const OLDEST_START = `
  select least(clock_timestamp(), min(xact_start)) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and backend_type <> 'autovacuum worker'`;

/** Transactions of other users are only shown to those who may see them: says so once if they are not. */
export async function warnIfBlind(client: TableClient, place: TablePlace, log: SourceLog): Promise<void> {
  const [row] = await client.query("select pg_has_role('pg_read_all_stats', 'usage')");
  if (row?.[0] === true) return;
  log.warn(`transactions of other users in "${place.connection}" cannot be seen: what they commit more than ${place.margin / 1000} s late may be missed`, {
    hint: "grant pg_read_all_stats to the user of the connection",
  });
}
