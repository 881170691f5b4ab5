import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { messageOf } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Batch, PoisonItem, ReadContext, SourceLog } from "../../core/source.ts";
import { closeWithin } from "../close-within.ts";
import { readMessage } from "../cloud-event.ts";
import { createInbox } from "../inbox.ts";
import { loadPackage } from "../optional-package.ts";
import type { PayloadFormat } from "../payload.ts";
import { beginQueue, type QueueCursor } from "../queue-start.ts";
import { type BusEntity, type LockedMessage, toSourceError } from "./bus.ts";
import { readByMessage } from "./by-message.ts";
import { readBySession } from "./by-session.ts";
import { toConnectionString } from "./connection.ts";
import type { ServiceBusItem } from "./service-bus.ts";

export interface BusPlace extends BusEntity {
  readonly connection: string;
  /** How many sessions are read at once; 0 for an entity without sessions. */
  readonly sessions: number;
  readonly values: PayloadFormat;
}

/** Items of one batch: as many as one signal carries. */
const BATCH = 200;
/** Longest wait for a message before a sign of life, in milliseconds. */
const SILENCE = 5_000;
/** Milliseconds that closing may take. */
const CLOSE = 3_000;
/** Milliseconds for one operation of the SDK. */
const OPERATION = 10_000;

/** Reads a queue or subscription for ever. Batches are in the order of delivery, each is settled as a whole. */
export async function* readBus<Value = Json>(place: BusPlace, context: ReadContext<QueueCursor>): AsyncGenerator<Batch<ServiceBusItem<Value>, QueueCursor>> {
  const { signal, log, every } = context;
  const connectionString = toConnectionString(context.connection(place.connection), place.connection);
  const { cursor, isKnown, line } = beginQueue(context, Date.now(), place.source);
  if (line !== undefined) log.info(line);
  if (context.cursor === undefined) yield { items: [], cursor };
  const { ServiceBusClient } = await loadPackage("serviceBus()", "@azure/service-bus", () => import("@azure/service-bus"));
  const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: OPERATION } });
  const inbox = createInbox<LockedMessage>((error) => toSourceError(error, place));
  const deps = { client, inbox, log };
  const reader = place.sessions > 0 ? readBySession(place, place.sessions, deps) : readByMessage(place, deps);
  try {
    while (!signal.aborted) {
      const locked = await inbox.next(BATCH, Math.min(every, SILENCE), signal);
      if (locked.length === 0) {
        yield { items: [] };
        continue;
      }
      const items: ServiceBusItem<Value>[] = [];
      const poison: PoisonItem[] = [];
      const reasons = new Map<LockedMessage, string>();
      for (const one of locked) {
        if (isKnown(one.message.enqueuedTimeUtc?.getTime() ?? Number.POSITIVE_INFINITY)) continue;
        const read = toItem<Value>(place, one.message);
        if ("reason" in read) {
          poison.push(read);
          reasons.set(one, read.reason);
        } else items.push(read);
      }
      yield { items, poison, ack: () => settle(locked, reasons, place, log) };
    }
  } finally {
    await closeWithin(CLOSE, reader.close());
    await closeWithin(CLOSE, client.close());
  }
}

/** Never throws: what could not be settled comes again, and is known by its id. */
async function settle(locked: readonly LockedMessage[], reasons: ReadonlyMap<LockedMessage, string>, { source }: BusEntity, log: SourceLog): Promise<void> {
  const settled = await Promise.allSettled(
    locked.map((one) => {
      const reason = reasons.get(one);
      return reason === undefined ? one.complete() : one.deadLetter(reason);
    }),
  );
  const failed = settled.filter((one) => one.status === "rejected");
  if (failed.length > 0)
    log.warn(`${failed.length} messages of ${source} were settled too late: ${messageOf(failed[0]?.reason)}; they come again, and count once`);
}

function toItem<Value>({ path, values }: BusPlace, message: ServiceBusReceivedMessage): ServiceBusItem<Value> | PoisonItem {
  const { messageId, applicationProperties = {}, contentType, sequenceNumber, enqueuedTimeUtc, subject, correlationId, sessionId } = message;
  const read = readMessage(bytesOf(message.body), values, { headers: applicationProperties, prefixes: ["cloudevents:", "cloudevents_"], contentType });
  const sequence = String(sequenceNumber ?? "");
  const known = messageId === undefined || messageId === "" ? undefined : String(messageId);
  if ("reason" in read) return { id: known ?? sequence, ...read };
  const { cloudEvent } = read;
  const id = known ?? (cloudEvent === undefined ? sequence : `${cloudEvent.source} ${cloudEvent.id}`);
  return {
    id,
    entity: path,
    value: read.value as Value,
    properties: JSON.parse(JSON.stringify(applicationProperties)),
    sequence,
    ...(enqueuedTimeUtc === undefined ? {} : { at: enqueuedTimeUtc.toISOString() }),
    ...(subject === undefined ? {} : { subject }),
    ...(correlationId === undefined ? {} : { correlationId: String(correlationId) }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(sessionId === undefined ? {} : { session: sessionId }),
    ...(cloudEvent === undefined ? {} : { cloudEvent }),
  };
}

/** The body as its sender wrote it: bytes as a rule, else a value of AMQP. */
function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === "string" ? body : (JSON.stringify(body) ?? "null"));
}
