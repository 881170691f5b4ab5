import type { TableShape } from "./describe-table.ts";
import { type Follower, PAGE, type TableRow, type TimestampPosition } from "./follower.ts";
import { OLDEST_START } from "./open-transactions.ts";
import type { TablePlace } from "./place.ts";
import { readRowPage } from "./row-page.ts";
import type { TableClient } from "./table-client.ts";

/**
 * Follows a column that holds the time of the change. Rows older than every open transaction, less the margin, are final: the position
 * goes past them. What is younger is published at once and read again with every poll, since a transaction that is open may still
 * commit something older than what was read.
 */
export function followByTimestamp(client: TableClient, shape: TableShape, place: TablePlace): Follower<TimestampPosition> {
  /** Rows behind the position that are published already, by version and key. */
  const published = new Map<string, string>();
  let sweep: { readonly final: string; readonly at: TimestampPosition } | undefined;
  let lastFinal: string | undefined;

  async function finalBefore(): Promise<string> {
    const [row] = await client.query(
      `select to_char(((${OLDEST_START}) - make_interval(secs => $1)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        exists (select from pg_prepared_xacts where database = current_database())`,
      [place.margin / 1000],
    );
    const [bound, prepared] = row as readonly [string, boolean];
    // When a prepared transaction began is not told; while it was open it held the bound where it is.
    if (!prepared || lastFinal === undefined) lastFinal = lastFinal === undefined || bound > lastFinal ? bound : lastFinal;
    return lastFinal;
  }

  return {
    begin: async (startAt) => {
      if (startAt === "beginning") return { position: { timestamp: "-infinity" }, known: [] };
      const final = await finalBefore();
      return { position: { timestamp: final }, known: await readRowPage(client, shape, { after: { version: final }, limit: "all" }) };
    },
    page: async (position) => {
      sweep ??= { final: await finalBefore(), at: position };
      const { final, at } = sweep;
      const rows = await readRowPage(client, shape, { after: at.key === undefined ? { version: at.timestamp } : { version: at.timestamp, key: at.key } });
      const done = rows.filter((row) => row.version < final);
      const last = rows.at(-1);
      const whole = rows.length < PAGE;
      sweep = whole || last === undefined ? undefined : { final, at: { timestamp: last.version, key: last.key } };
      const lastDone = done.at(-1);
      const reached = lastDone === undefined ? position : { timestamp: lastDone.version, key: lastDone.key };
      return {
        rows: rows.filter((row) => !published.has(nameOf(row))),
        position: reached,
        next: whole ? "later" : "now",
        committed: () => {
          for (const row of rows) {
            if (row.version < final) published.delete(nameOf(row));
            else published.set(nameOf(row), row.version);
          }
          // A row that was changed once more is not met again under its old version.
          if (whole) for (const [name, version] of published) if (version < final) published.delete(name);
        },
      };
    },
    isPast: (position, version) => position.timestamp > version,
  };
}

function nameOf(row: TableRow): string {
  return JSON.stringify([row.version, row.key]);
}
