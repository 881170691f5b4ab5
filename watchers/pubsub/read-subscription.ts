import type { Message } from "@google-cloud/pubsub";
import type { Json } from "../../core/json.ts";
import type { Batch, PoisonItem, ReadContext } from "../../core/source.ts";
import { readMessage } from "../cloud-event.ts";
import type { PayloadFormat } from "../payload.ts";
import { beginQueue, type QueueCursor } from "../queue-start.ts";
import { parsePubSubUri } from "./connection.ts";
import type { PubSubItem } from "./pubsub.ts";
import { openSubscription } from "./subscription.ts";

export interface SubscriptionPlace {
  readonly connection: string;
  readonly subscription: string;
  readonly source: string;
  readonly prefetch: number;
  readonly lease: number;
  readonly values: PayloadFormat;
}

/** Items of one batch: as many as one signal carries. */
const BATCH = 200;
/** Longest wait for a message before a sign of life, in milliseconds. */
const SILENCE = 5_000;

/** Reads a subscription for ever. Batches are in the order of delivery, each is acknowledged as a whole. */
export async function* readSubscription<Value = Json>(
  place: SubscriptionPlace,
  context: ReadContext<QueueCursor>,
): AsyncGenerator<Batch<PubSubItem<Value>, QueueCursor>> {
  const { signal, log, every } = context;
  const access = parsePubSubUri(context.connection(place.connection), place.connection);
  const { cursor, isKnown, line } = beginQueue(context, Date.now(), place.source);
  if (line !== undefined) log.info(line);
  if (context.cursor === undefined) yield { items: [], cursor };
  const reader = await openSubscription({ ...place, access, log });
  try {
    while (!signal.aborted) {
      const messages = await reader.next(BATCH, Math.min(every, SILENCE), signal);
      if (messages.length === 0) {
        yield { items: [] };
        continue;
      }
      const items: PubSubItem<Value>[] = [];
      const poison: PoisonItem[] = [];
      for (const message of messages) {
        if (isKnown(message.publishTime.getTime())) continue;
        const read = toItem<Value>(place, message);
        if ("reason" in read) poison.push(read);
        else items.push(read);
      }
      yield { items, poison, ack: () => reader.settle(messages, signal) };
    }
  } finally {
    await reader.close();
  }
}

function toItem<Value>({ subscription, values }: SubscriptionPlace, message: Message): PubSubItem<Value> | PoisonItem {
  const { id, data, attributes, orderingKey } = message;
  const type = Object.entries(attributes).find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const read = readMessage(data, values, { headers: attributes, prefixes: ["ce-"], contentType: type });
  if ("reason" in read) return { id, ...read };
  return {
    id,
    subscription,
    value: read.value as Value,
    attributes,
    // Without nanoseconds, as a Date has it.
    publishedAt: new Date(message.publishTime.getTime()).toISOString(),
    ...(orderingKey === undefined || orderingKey === "" ? {} : { orderingKey }),
    ...(read.cloudEvent === undefined ? {} : { cloudEvent: read.cloudEvent }),
  };
}
