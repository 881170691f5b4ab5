import { randomBytes } from "node:crypto";
import type { Json } from "../../../core/json.ts";
import type { Batch, PoisonItem, ReadContext, SeenItem } from "../../../core/source.ts";
import type { TableClient } from "../table-client.ts";
import { toColumnValue } from "./column-value.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import type { LogTable } from "./pgoutput.ts";
import type { ChangesPlace } from "./place.ts";
import type { PostgresChange } from "./postgres-changes.ts";
import { changesOfPublishedRows, existingRowName, keyOf, seenRow } from "./published-rows.ts";
import { type PublishedTable, readPublishedTables } from "./published-tables.ts";
import { openReplicationStream } from "./replication-stream.ts";
import { openSnapshot, type Snapshot, type SnapshotRow } from "./snapshot.ts";
import { type ChangesCursor, createTransactionReader } from "./transactions.ts";

export interface ExistingRowsRequest {
  readonly place: ChangesPlace;
  readonly uri: string;
  readonly client: TableClient;
  readonly server: string;
  readonly slot: string;
  /** With `rows`: some of them may be published. */
  readonly from: ChangesCursor;
  /** The snapshot that was taken when the slot was made. @default another one is taken */
  readonly snapshot?: Snapshot;
  readonly wanted: (table: LogTable) => boolean;
}

type Batches = AsyncGenerator<Batch<PostgresChange, ChangesCursor>, ChangesCursor>;

/** Longest wait for the log, in milliseconds. */
const SILENCE = 1_000;

/**
 * The rows that are there, each once; returns the position behind which their changes follow. A snapshot ends with its session, so the next one takes
 * another: of what happened in between, first the changes of rows that are published come, then the rows that are not. So nothing is told twice or
 * left out, whatever was written meanwhile.
 */
export async function* readExistingRows(request: ExistingRowsRequest, context: ReadContext<ChangesCursor>): Batches {
  const { place, uri, client, slot, server, from } = request;
  const name = `headgate_rows_${randomBytes(6).toString("hex")}`;
  const snapshot = request.snapshot ?? (await openSnapshot(uri, place, { name, temporary: true }, context.signal));
  try {
    const tables = await readPublishedTables(client, place);
    const lsn = formatLsn(snapshot.lsn);
    if (parseLsn(from.lsn) < snapshot.lsn) {
      yield* catchUp(request, context, tables, snapshot.lsn);
      yield { items: [], cursor: { lsn, slot, server, rows: "reading" } };
    }
    for (const table of tables) {
      for await (const page of snapshot.pages(table)) {
        const batch = await unpublished(
          page.map((row) => toItem(row, table, snapshot, server)),
          context,
        );
        if (batch.seen.length > 0) yield batch;
      }
    }
    const cursor: ChangesCursor = { lsn, slot, server };
    context.log.info(`the rows of ${place.source} that were there are published; what was committed from ${lsn} on follows`);
    yield { items: [], cursor };
    return cursor;
  } finally {
    await snapshot.close();
  }
}

/** What was committed before `to`, as far as it happened to rows that are published. */
async function* catchUp(
  { place, uri, slot, server, from, wanted }: ExistingRowsRequest,
  { signal, seen }: ReadContext<ChangesCursor>,
  tables: readonly PublishedTable[],
  to: bigint,
): AsyncGenerator<Batch<PostgresChange, ChangesCursor>> {
  const stream = await openReplicationStream(uri, place);
  try {
    await stream.begin(slot, parseLsn(from.lsn));
    const reader = createTransactionReader({ from, server, wanted });
    let isBehind = false;
    while (!isBehind && !signal.aborted) {
      const changes: PostgresChange[] = [];
      const poison: PoisonItem[] = [];
      for (const message of await stream.next(SILENCE, signal)) {
        const read = reader.push(message);
        isBehind ||= reader.safe() >= to || read.changes.some(({ commit }) => parseLsn(commit) >= to);
        if (isBehind) break;
        changes.push(...read.changes);
        poison.push(...read.poison);
      }
      const told = await changesOfPublishedRows(changes, tables, seen);
      const position = isBehind ? { lsn: formatLsn(to) } : reader.position();
      const safe = isBehind ? to : reader.safe();
      const cursor: ChangesCursor = { ...position, slot, server, rows: "reading" };
      yield { items: told.changes, poison, seen: told.seen, cursor, ack: async () => stream.confirm(safe) };
    }
  } finally {
    await stream.close();
  }
}

interface ExistingRow {
  readonly seen: SeenItem;
  readonly item?: PostgresChange;
  readonly poison?: PoisonItem;
}

async function unpublished(rows: readonly ExistingRow[], { seen }: ReadContext<ChangesCursor>) {
  const fresh = new Set((await seen.unseen(rows.map((row) => row.seen))).map(({ item }) => item));
  const left = rows.filter((row) => fresh.delete(row.seen.item));
  return {
    items: left.flatMap(({ item }) => (item === undefined ? [] : [item])),
    poison: left.flatMap(({ poison }) => (poison === undefined ? [] : [poison])),
    seen: left.map((row) => row.seen),
  };
}

function toItem({ values, version }: SnapshotRow, table: PublishedTable, { lsn, at }: Snapshot, server: string): ExistingRow {
  const where = { schema: table.schema, table: table.table };
  const texts = Object.fromEntries(table.columns.map(({ name }, k) => [name, values[k] ?? null]));
  try {
    const row: Record<string, Json> = {};
    for (const [k, { name, type }] of table.columns.entries()) {
      const text = values[k] ?? null;
      row[name] = text === null ? null : toColumnValue(type, text);
    }
    const key = keyOf(table, row).map((value) => value ?? null);
    return {
      seen: seenRow(table, key),
      item: { operation: "read", ...where, row, before: null, at, commit: formatLsn(lsn), index: 0, server, key, version },
    };
  } catch (error) {
    const key = keyOf(table, texts).map((value) => value ?? null);
    return {
      seen: seenRow(table, key),
      poison: {
        id: `${server}/${existingRowName({ ...where, key, version })}`,
        reason: error instanceof Error ? error.message : String(error),
        raw: JSON.stringify(texts),
      },
    };
  }
}
