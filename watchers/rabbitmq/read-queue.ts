import { randomUUID } from "node:crypto";
import type { ConsumeMessage } from "amqplib";
import { messageOf } from "../../core/errors.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { Batch, PoisonItem, ReadContext } from "../../core/source.ts";
import { type PayloadFormat, readPayload } from "../payload.ts";
import { openQueueConsumer } from "./consumer.ts";
import type { RabbitMqItem } from "./rabbitmq.ts";

/** Says only that the watcher has begun: the queue itself knows what is left in it. */
export interface RabbitCursor {
  /** ISO 8601. */
  readonly began: string;
}

export interface QueuePlace<Value> {
  readonly connection: string;
  readonly queue: string;
  readonly source: string;
  readonly prefetch: number;
  readonly values: PayloadFormat;
  readonly idOf: (item: Omit<RabbitMqItem<Value>, "id">, body: Buffer) => string;
}

/** Items of one batch: as many as one signal carries. */
const BATCH = 200;
/** Longest wait for a message before a sign of life, in milliseconds. */
const SILENCE = 5_000;

/** How many messages wait. Throws `E_CONNECTION`, `E_SOURCE`, `E_PACKAGE_MISSING`. */
export async function countMessages(place: Pick<QueuePlace<unknown>, "connection" | "queue" | "source">, uri: string): Promise<number> {
  const consumer = await openQueueConsumer({ ...place, prefetch: 1, uri, name: place.connection });
  try {
    return await consumer.waiting();
  } finally {
    await consumer.close();
  }
}

/** Reads a queue for ever. Batches are settled in the order of their delivery, each as a whole. */
export async function* readQueue<Value>(
  place: QueuePlace<Value>,
  context: ReadContext<RabbitCursor>,
): AsyncGenerator<Batch<RabbitMqItem<Value>, RabbitCursor>> {
  const { signal, log, every } = context;
  const consumer = await openQueueConsumer({ ...place, uri: context.connection(place.connection), name: place.connection });
  try {
    if (context.cursor === undefined) {
      // Before the queue is emptied: a second beginning would remove what came meanwhile.
      yield { items: [], cursor: { began: new Date().toISOString() } };
      if (context.startAt === "now") {
        const removed = await consumer.purge();
        log.info(`${removed.toLocaleString("en")} messages of ${place.source} taken as known and removed; startAt: "beginning" publishes what waits`);
      }
    }
    await consumer.begin(`${context.reader ?? "headgate"}.${randomUUID()}`);
    while (!signal.aborted) {
      const messages = await consumer.next(BATCH, Math.min(every, SILENCE), signal);
      if (messages.length === 0) {
        yield { items: [] };
        continue;
      }
      const items: RabbitMqItem<Value>[] = [];
      const poison: PoisonItem[] = [];
      const rejected = new Set<ConsumeMessage>();
      for (const message of messages) {
        const read = toItem(place, message);
        if ("reason" in read) {
          rejected.add(message);
          poison.push(read);
        } else items.push(read);
      }
      yield { items, poison, ack: async () => consumer.settle(messages, rejected) };
    }
  } finally {
    await consumer.close();
  }
}

function toItem<Value>(place: QueuePlace<Value>, message: ConsumeMessage): RabbitMqItem<Value> | PoisonItem {
  const { content, fields, properties } = message;
  const read = readPayload(content, place.values);
  const known: unknown = properties.messageId;
  const poisonId = typeof known === "string" && known !== "" ? known : `unidentified:${contentHash(content.toString("base64")).slice(0, 32)}`;
  if ("reason" in read) return { ...read, id: poisonId };
  const text = (name: "messageId" | "correlationId" | "type" | "contentType"): object =>
    typeof properties[name] === "string" ? { [name]: properties[name] } : {};
  const seconds: unknown = properties.timestamp;
  const item: Omit<RabbitMqItem<Value>, "id"> = {
    queue: place.queue,
    exchange: fields.exchange,
    routingKey: fields.routingKey,
    value: read.value as Value,
    headers: toJson(properties.headers ?? {}),
    ...text("messageId"),
    ...text("correlationId"),
    ...text("type"),
    ...text("contentType"),
    ...(typeof seconds === "number" && Number.isFinite(seconds) ? { at: new Date(seconds * 1000).toISOString() } : {}),
  };
  try {
    return { ...item, id: place.idOf(item, content) };
  } catch (error) {
    return { id: poisonId, reason: messageOf(error), raw: content.subarray(0, 48 * 1024).toString("utf8") };
  }
}

/** Headers as JSON, without those that a redelivery changes. */
function toJson(headers: object): Readonly<Record<string, Json>> {
  const kept = Object.entries(headers).filter(([name]) => name !== "x-delivery-count");
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as Record<string, Json>;
}
