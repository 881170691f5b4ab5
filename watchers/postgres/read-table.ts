import { HeadgateError } from "../../core/errors.ts";
import type { Batch, ReadContext, SeenItem } from "../../core/source.ts";
import { createBell } from "../bell.ts";
import { followBySequence } from "./by-sequence.ts";
import { followByTimestamp } from "./by-timestamp.ts";
import { followByXid } from "./by-xid.ts";
import { describeTable, type TableShape } from "./describe-table.ts";
import type { Follower, TableCursor, TableRow } from "./follower.ts";
import { warnIfBlind } from "./open-transactions.ts";
import type { TablePlace } from "./place.ts";
import type { PostgresRow } from "./postgres-table.ts";
import { checkServerIdentity, readServerIdentity } from "./server-identity.ts";
import { openTableClient, type TableClient } from "./table-client.ts";

/** Wait before the next look at rows that are there and could not be read yet, in milliseconds. */
const SOON = 100;

/** Reads a table for ever, page by page, over one connection. */
export async function* readTable<Row>(place: TablePlace, context: ReadContext<TableCursor>): AsyncGenerator<Batch<PostgresRow<Row>, TableCursor>> {
  const { signal, log, every } = context;
  const bell = createBell();
  const client = await openTableClient(context.connection(place.connection), place, signal, bell.ring);
  try {
    const shape = await describeTable(client, place);
    const server = await readServerIdentity(client, shape);
    const given = context.cursor ?? (typeof context.startAt === "string" ? undefined : context.startAt);
    checkForm(place, given);
    checkServerIdentity(place, given?.server, server);
    if (place.kind !== "xid") await warnIfBlind(client, place, log);
    const follower = createFollower(client, shape, place, log);
    const isDone = createKnownRows(context, follower);
    const toItem = (row: TableRow): PostgresRow<Row> => itemOf(place, shape, row);

    let position: TableCursor;
    let kept: string;
    if (given === undefined) {
      const start = await follower.begin(context.startAt === "beginning" ? "beginning" : "now");
      const newest = start.known.at(-1)?.version;
      position = { ...start.position, server, ...(newest === undefined ? {} : { known: newest }) };
      if (context.startAt !== "beginning")
        log.info(`${place.schema}.${place.table} is watched from now: rows that exist are taken as known; a reset to the beginning publishes them`);
      // Position and rows at once: a second beginning would take what came meanwhile as known.
      yield { items: [], cursor: position, seen: start.known.map(toSeen) };
    } else position = { ...given, server };
    kept = JSON.stringify(position);

    while (!signal.aborted) {
      const page = await follower.page(position);
      const rows = await isDone.without(position, page.rows);
      const { known } = position;
      position = { ...page.position, server, ...(known === undefined || follower.isPast(page.position, known) ? {} : { known }) };
      const text = JSON.stringify(position);
      yield { items: rows.map(toItem), ...(text === kept ? {} : { cursor: position }) };
      // The next batch is asked for, so this one is committed.
      kept = text;
      page.committed?.();
      if (page.next !== "now") await bell.wait(page.next === "soon" ? Math.min(SOON, every) : every, signal);
    }
  } catch (error) {
    // Aborting closes the connection, also under a query.
    if (!signal.aborted) throw error;
  } finally {
    await client.close();
  }
}

type AnyFollower = Follower<TableCursor>;

function createFollower(client: TableClient, shape: TableShape, place: TablePlace, log: ReadContext<TableCursor>["log"]): AnyFollower {
  switch (place.kind) {
    case "xid":
      return followByXid(client, shape, place, log) as AnyFollower;
    case "timestamp":
      return followByTimestamp(client, shape, place) as AnyFollower;
    case "sequence":
      return followBySequence(client, shape, place, log) as AnyFollower;
  }
}

/** Leaves rows out that existed when the watcher began: the seen set has them, as long as the position is not past the newest. */
function createKnownRows(
  context: ReadContext<TableCursor>,
  follower: AnyFollower,
): { without(position: TableCursor, rows: readonly TableRow[]): Promise<readonly TableRow[]> } {
  return {
    without: async (position, rows) => {
      if (position.known === undefined || rows.length === 0 || follower.isPast(position, position.known)) return rows;
      const unseen = new Set((await context.seen.unseen(rows.map(toSeen))).map((one) => one.item));
      return rows.filter((row) => unseen.has(toSeen(row).item));
    },
  };
}

function toSeen(row: TableRow): SeenItem {
  return { item: JSON.stringify([row.key, row.version]), version: "known" };
}

function itemOf<Row>(place: TablePlace, shape: TableShape, row: TableRow): PostgresRow<Row> {
  const { schema, table } = place;
  return { schema, table, key: row.key, version: row.version, row: Object.fromEntries(shape.columns.map((name, k) => [name, row.values[k]])) as Row };
}

function checkForm(place: TablePlace, cursor: TableCursor | undefined): void {
  if (cursor === undefined || place.kind in cursor) return;
  throw new HeadgateError("E_CONFIG", `startAt of postgresTable() is ${JSON.stringify(cursor)}, and the table is followed by ${place.kind}`, {
    where: place.source,
    hint: `write startAt: { ${place.kind}: "${place.kind === "timestamp" ? "2026-11-23T00:00:00Z" : "4711"}" }, "now" or "beginning"`,
  });
}
