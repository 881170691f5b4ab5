import type { Batch, PoisonItem, ReadContext } from "../../../core/source.ts";
import { openTableClient, type TableClient } from "../table-client.ts";
import { formatLsn, parseLsn } from "./lsn.ts";
import type { LogTable } from "./pgoutput.ts";
import { type ChangesPlace, slotOf } from "./place.ts";
import type { PostgresChange } from "./postgres-changes.ts";
import { checkPublication } from "./publication.ts";
import { openReplicationStream, type ServerPlace } from "./replication-stream.ts";
import { checkSlot, createSlot, readSlot, warnOfSlot } from "./slot.ts";
import { type ChangesCursor, createTransactionReader } from "./transactions.ts";

/** Changes of one batch. */
const BATCH = 500;
/** Longest wait for a change before a sign of life, in milliseconds. */
const SILENCE = 5_000;
/** How often the position follows a log in which nothing is for us, in milliseconds: else the server could forget none of it. */
const FOLLOW = 10_000;
/** How often the slot is looked at, in milliseconds. */
const LOOK = 60_000;

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
  try {
    await checkPublication(client, place);
    const given = context.cursor ?? (typeof context.startAt === "string" ? undefined : context.startAt);
    const position = given ?? (await beginning(client, place, name, context, opened.server));
    const slot = await readSlot(client, place, name);
    checkSlot(place, name, slot, position, opened.server);
    warnOfSlot(place, name, slot, log);
    const from = { ...position, slot: name, server: opened.server.identity };
    // Before anything is read: a second beginning would take what came meanwhile as known.
    if (context.cursor === undefined) yield { items: [], cursor: from };
    await opened.begin(name, parseLsn(from.lsn));

    const reader = createTransactionReader({ from, server: opened.server.identity, wanted: wantedBy(place) });
    let kept = parseLsn(from.lsn);
    let followed = performance.now();
    let looked = performance.now();
    const batchOf = (items: readonly PostgresChange[], poison: readonly PoisonItem[]): Batch<PostgresChange<Row>, ChangesCursor> => {
      const safe = reader.safe();
      kept = safe;
      followed = performance.now();
      const cursor = { ...reader.position(), slot: name, server: opened.server.identity };
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
    await opened.close();
    await client.close();
  }
}

async function beginning(
  client: TableClient,
  place: ChangesPlace,
  name: string,
  { startAt, log }: ReadContext<ChangesCursor>,
  server: ServerPlace,
): Promise<ChangesCursor> {
  const slot = await readSlot(client, place, name);
  if (slot === undefined) {
    const lsn = formatLsn(await createSlot(client, place, name));
    log.info(`the replication slot "${name}" was made: what is committed from ${lsn} on is published, and rows that exist are taken as known`, {
      hint: "postgresTable() publishes rows that exist",
    });
    return { lsn };
  }
  // A slot may be confirmed a little further than what the server had flushed when it was asked.
  const lsn = startAt === "now" && server.flushed > slot.confirmed ? server.flushed : slot.confirmed;
  log.info(`the replication slot "${name}" is read from ${formatLsn(lsn)} on: changes that were committed before are taken as known`);
  return { lsn: formatLsn(lsn) };
}

function wantedBy({ only }: ChangesPlace): (table: LogTable) => boolean {
  return only === undefined ? () => true : ({ schema, table }) => schema === only.schema && table === only.table;
}
