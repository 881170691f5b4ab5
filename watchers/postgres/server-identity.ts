import { HeadgateError } from "../../core/errors.ts";
import type { TableShape } from "./describe-table.ts";
import type { TablePlace } from "./place.ts";
import type { TableClient } from "./table-client.ts";

/**
 * The server and table that a position belongs to, `system identifier/timeline/table`: the first changes with a restore by dump, the second with
 * a restore from a backup and with a failover, the third when the table is made anew. What the server does not tell is `-`.
 */
export async function readServerIdentity(client: TableClient, shape: TableShape): Promise<string> {
  const [row] = await client.query(`select
    has_function_privilege('pg_control_system()', 'execute'),
    case when pg_is_in_recovery() then '-' else left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end`);
  const [mayKnow, timeline] = row as readonly [boolean, string];
  const system = mayKnow ? (await client.query("select system_identifier::text from pg_control_system()"))[0]?.[0] : "-";
  return `${system}/${timeline}/${shape.oid}`;
}

/**
 * Throws `E_WATCHER_GAP` if the position means nothing here. Times mean the same on every server, so they bear all but another system;
 * numbers of transactions begin again with another server or timeline, and those of a sequence with another table too.
 */
export function checkServerIdentity(place: TablePlace, before: string | undefined, now: string): void {
  if (before === undefined) return;
  const [system, timeline, table] = parts(before, now);
  const what =
    system || (place.kind !== "timestamp" && timeline)
      ? "another server than before, or one that was restored or failed over"
      : place.kind === "sequence" && table
        ? "a table that was made anew"
        : undefined;
  if (what === undefined) return;
  throw gap(place, `the connection "${place.connection}" leads to ${what} (${before} is ${now} now): rows may be numbered below the position`);
}

export function gap(place: TablePlace, message: string): HeadgateError {
  return new HeadgateError("E_WATCHER_GAP", message, {
    where: place.source,
    hint: 'reset the position: to "beginning" with deliver "skip" publishes exactly what is missing, to "now" leaves it out',
  });
}

function parts(before: string, now: string): readonly boolean[] {
  const after = now.split("/");
  return before.split("/").map((part, k) => part !== "-" && after[k] !== "-" && part !== after[k]);
}
