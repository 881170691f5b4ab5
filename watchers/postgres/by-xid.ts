import type { SourceLog } from "../../core/source.ts";
import type { TableShape } from "./describe-table.ts";
import { type Follower, PAGE, type XidPosition } from "./follower.ts";
import type { TablePlace } from "./place.ts";
import { readRowPage } from "./row-page.ts";
import { gap } from "./server-identity.ts";
import type { TableClient } from "./table-client.ts";

/** After so long, in milliseconds, a person should know which transaction holds the watcher up. */
const SAY_AFTER = 30_000;

/** Below this, no transaction is open any more: what it wrote is there, in the snapshot of the same statement. */
const HORIZON = "pg_snapshot_xmin(pg_current_snapshot())";

/**
 * Follows a column that holds the id of the transaction that wrote the row. Only rows of transactions below the horizon are read, in the
 * order of transaction and key: a transaction that commits late has a number that was not passed yet.
 */
export function followByXid(client: TableClient, shape: TableShape, place: TablePlace, log: SourceLog): Follower<XidPosition> {
  let heldSince: number | undefined;
  let checked = false;

  async function checkAhead(xid: string): Promise<void> {
    if (checked) return;
    const [row] = await client.query("select $1::xid8 > pg_snapshot_xmax(pg_current_snapshot())", [xid]);
    if (row?.[0] === true) throw gap(place, `transaction ${xid} is done, and the server has not come so far: it was restored from an older copy`);
    checked = true;
  }

  async function isHeldUp(): Promise<boolean> {
    const [row] = await client.query(`select exists (select from ${shape.name} where ${shape.version} >= ${HORIZON})`);
    if (row?.[0] !== true) {
      heldSince = undefined;
      return false;
    }
    heldSince ??= performance.now();
    if (performance.now() - heldSince > SAY_AFTER) {
      heldSince = performance.now();
      log.warn(`rows of ${place.schema}.${place.table} wait for a transaction that has been open for long: ${await nameHolder(client)}`);
    }
    return true;
  }

  return {
    begin: async (startAt) => {
      if (startAt === "beginning") return { position: { xid: "0" }, known: [] };
      const [row] = await client.query(`select ${HORIZON}::text`);
      const xid = row?.[0] as string;
      return { position: { xid }, known: await readRowPage(client, shape, { after: { version: xid }, limit: "all" }) };
    },
    page: async (position) => {
      await checkAhead(position.xid);
      const { xid: version, key } = position;
      const rows = await readRowPage(client, shape, { after: key === undefined ? { version } : { version, key }, where: `${shape.version} < ${HORIZON}` });
      const last = rows.at(-1);
      if (rows.length === PAGE) heldSince = undefined;
      const next = rows.length === PAGE ? "now" : (await isHeldUp()) ? "soon" : "later";
      return { rows, position: last === undefined ? position : { xid: last.version, key: last.key }, next };
    },
    isPast: (position, version) => BigInt(position.xid) > BigInt(version),
  };
}

async function nameHolder(client: TableClient): Promise<string> {
  const [row] = await client.query(`
    select coalesce(
      (select format('process %s (%s) since %s', pid, coalesce(nullif(application_name, ''), usename), xact_start)
       from pg_stat_activity where backend_xid is not null order by age(backend_xid) desc limit 1),
      (select format('the prepared transaction %s since %s', gid, prepared) from pg_prepared_xacts order by age(transaction) desc limit 1),
      'pg_stat_activity does not show it')`);
  return String(row?.[0]);
}
