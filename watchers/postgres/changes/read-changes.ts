import type { Batch, PoisonItem, ReadContext } from "../../../core/source.ts";
import { openTableClient, type TableClient } from "../table-client.ts";
import { readExistingRows } from "./existing-rows.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import type { LogTable } from "./pgoutput.ts";
import { type ChangesPlace, slotOf } from "./place.ts";
import type { PostgresChange } from "./postgres-changes.ts";
import { checkPublication } from "./publication.ts";
import { openReplicationStream, type ServerPlace } from "./replication-stream.ts";
import { checkSlot, createSlot, readSlot, warnOfSlot } from "./slot.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";
import { type ChangesCursor, createTransactionReader } from "./transactions.ts";

/** Changes of one batch. */
const BATCH = 500;
/** Longest wait for a change before a sign of life, in milliseconds. */
const SILENCE = 5_000;
/** How often the position follows a log in which nothing is for us, in milliseconds: else the server could forget none of it. */
const FOLLOW = 10_000;
/** How often the slot is looked at, in milliseconds. */
const LOOK = 60_000;

type ExistingRowBatches<Row> = AsyncGenerator<Batch<PostgresChange<Row>, ChangesCursor>, ChangesCursor>;

/** Reads the log of a server for ever: transactions in the order of their commits, the large ones in parts. */
export async function* readChanges<Row>(place: ChangesPlace, context: ReadContext<ChangesCursor>): AsyncGenerator<Batch<PostgresChange<Row>, ChangesCursor>> {
  const { signal, log, every } = context;
  const name = slotOf(place, context.reader);
  const uri = context.connection(place.connection);
  const client = await openTableClient(uri, place, signal, () => undefined);
  const opened = await openReplicationStream(uri, place).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  let held: Snapshot | undefined;
  try {
    await checkPublication(client, place);
    const given = context.cursor ?? (typeof context.startAt === "string" ? undefined : context.startAt);
    const { position, snapshot } = given === undefined ? await beginning({ client, place, uri, name, server: opened.server }, context) : { position: given };
    held = snapshot;
    const slot = await readSlot(client, place, name);
    checkSlot(place, name, slot, position, opened.server);
    warnOfSlot(place, name, slot, log);
    const server = opened.server.identity;
    const wanted = wantedBy(place);
    let from: ChangesCursor = { ...position, slot: name, server };
    // Before anything is read: a second beginning would take what came meanwhile as known.
    if (context.cursor === undefined) yield { items: [], cursor: from };
    if (from.rows !== undefined) {
      if (context.cursor !== undefined)
        log.info(`the rows of ${place.source} are read again, but for those that are published: the session before ended among them`);
      const request = { place, uri, client, server, slot: name, from, wanted, ...(snapshot === undefined ? {} : { snapshot }) };
      from = yield* readExistingRows(request, context) as ExistingRowBatches<Row>;
    }
    await opened.begin(name, parseLsn(from.lsn));

    const reader = createTransactionReader({ from, server, wanted });
    let kept = parseLsn(from.lsn);
    let followed = performance.now();
    let looked = performance.now();
    const batchOf = (items: readonly PostgresChange[], poison: readonly PoisonItem[]): Batch<PostgresChange<Row>, ChangesCursor> => {
      const safe = reader.safe();
      kept = safe;
      followed = performance.now();
      const cursor = { ...reader.position(), slot: name, server };
      return { items: items as readonly PostgresChange<Row>[], poison, cursor, ack: async () => opened.confirm(safe) };
    };

    while (!signal.aborted) {
      const messages = await opened.next(Math.min(every, SILENCE), signal);
      let items: PostgresChange[] = [];
      let poison: PoisonItem[] = [];
      for (const message of messages) {
        const read = reader.push(message);
        items.push(...read.changes);
        poison.push(...read.poison);
        if (items.length < BATCH) continue;
        yield batchOf(items, poison);
        items = [];
        poison = [];
      }
      if (items.length > 0 || poison.length > 0) yield batchOf(items, poison);
      else if (reader.safe() > kept && performance.now() - followed > FOLLOW) yield batchOf([], []);
      else yield { items: [] };
      if (performance.now() - looked > LOOK) {
        looked = performance.now();
        warnOfSlot(place, name, await readSlot(client, place, name), log);
      }
    }
  } catch (error) {
    // Aborting closes the connections, also under a query.
    if (!signal.aborted) throw error;
  } finally {
    await held?.close();
    await opened.close();
    await client.close();
  }
}

interface Beginning {
  readonly client: TableClient;
  readonly place: ChangesPlace;
  readonly uri: string;
  /** Of the slot. */
  readonly name: string;
  readonly server: ServerPlace;
}

/** Where to begin without a position, and what its rows are read from if the slot was made for it. */
async function beginning(
  { client, place, uri, name, server }: Beginning,
  { startAt, log, signal }: ReadContext<ChangesCursor>,
): Promise<{ readonly position: ChangesCursor; readonly snapshot?: Snapshot }> {
  const slot = await readSlot(client, place, name);
  if (startAt === "beginning") {
    const snapshot = slot === undefined ? await openSnapshot(uri, place, { name, temporary: false }, signal) : undefined;
    const lsn = formatLsn(slot?.confirmed ?? snapshot?.lsn ?? 0n);
    const made = snapshot === undefined ? `the replication slot "${name}" is there` : `the replication slot "${name}" was made`;
    log.info(`${made}: rows that are there are published first, then what is committed after them`);
    return { position: { lsn, rows: "reading" }, ...(snapshot === undefined ? {} : { snapshot }) };
  }
  if (slot === undefined) {
    const lsn = formatLsn(await createSlot(client, place, name));
    log.info(`the replication slot "${name}" was made: what is committed from ${lsn} on is published, and rows that exist are taken as known`, {
      hint: 'startAt: "beginning" publishes rows that exist',
    });
    return { position: { lsn } };
  }
  // A slot may be confirmed a little further than what the server had flushed when it was asked.
  const isAhead = slot.confirmed > server.flushed;
  const lsn = formatLsn(isAhead ? slot.confirmed : server.flushed);
  log.info(`the replication slot "${name}" is read from ${lsn} on: changes that were committed before are taken as known`);
  return { position: { lsn } };
}

function wantedBy({ only }: ChangesPlace): (table: LogTable) => boolean {
  return only === undefined ? () => true : ({ schema, table }) => schema === only.schema && table === only.table;
}
