import type { Duration } from "../../core/condition.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { PoisonItem, ReadContext, Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { splitUri } from "../../core/uri/uri.ts";
import { parseAwsConnection } from "../aws/connection.ts";
import { messageKey } from "../message-key.ts";
import { beginQueue, type QueueCursor } from "../queue-start.ts";
import { rawText } from "../raw-text.ts";
import { countWaiting, openQueue, type Queue, type QueueMessage } from "./queue.ts";

export interface SqsOptions {
  /** Name of the connection, `HEADGATE_CONN_<NAME>`. @default AWS, with the credentials that the SDK finds by itself */
  readonly connection?: string;
  /** Name or URL of the queue. @default the last part of the asset's `sqs:` URI */
  readonly queue?: string;
  /** How a message's body is read; one that is no JSON goes to the dead letters. @default "json" */
  readonly body?: "json" | "text";
  /** What makes two messages the same: the name of a field of the body, or a function. @default the id that SQS gave the message */
  readonly key?: string | ((item: SqsItem) => string);
  /** How long a received message stays invisible to others; it is renewed for as long as it is worked on. At least a second. @default "60s" */
  readonly visibility?: Duration;
}

/** A message of a queue. */
export interface SqsItem {
  readonly id: string;
  /** What the JSON says, or the text. */
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, string>>;
  /** ISO 8601 in UTC. */
  readonly sentAt: string;
  /** Of a FIFO queue. */
  readonly group?: string;
  readonly sequence?: string;
}

/**
 * Reads a queue of SQS. A message is removed after the registry accepted its event; until then it stays invisible, so a slow registry
 * does not use up the deliveries that the queue's redrive policy counts. Messages of a group of a FIFO queue are published in order.
 *
 * @example
 * watch("orders", sqs({ connection: "queues", queue: "orders", key: "orderId" }), { publishes: orders });
 */
export function sqs(options: SqsOptions = {}): Source<SqsItem, QueueCursor> {
  const { connection, body = "json", key } = options;
  const visibility = parseDuration(options.visibility ?? "60s", "sqs({ visibility })");
  if (visibility < 1_000 || visibility > 43_200_000) {
    throw new HeadgateError("E_OPTION", `visibility of sqs() is ${options.visibility}`, { hint: 'give a time from "1s" to "12h"' });
  }

  const open = (context: Pick<ReadContext<QueueCursor>, "asset" | "connection" | "log">): Promise<Queue> => {
    const access = connection === undefined ? {} : parseAwsConnection(connection, context.connection(connection));
    return openQueue({ queue: queueOf(options, context.asset), access, visibility, log: context.log, user: "sqs()" });
  };

  async function* read(context: ReadContext<QueueCursor>): ReturnType<Source<SqsItem, QueueCursor>["read"]> {
    const { signal, log } = context;
    const name = queueOf(options, context.asset);
    const queue = await open(context);
    try {
      const waiting = await queue.waiting(signal);
      const { cursor, isKnown, line } = beginQueue(context, Date.now() + queue.clockAhead(), `the queue ${name}`, waiting);
      if (line !== undefined) log.info(line);
      if (context.cursor === undefined) yield { items: [], cursor };
      while (!signal.aborted) {
        const messages = await queue.receive(signal);
        const items: SqsItem[] = [];
        const poison: PoisonItem[] = [];
        for (const message of messages) {
          if (isKnown(message.sentAt)) continue;
          try {
            items.push(toItem(message, body));
          } catch (error) {
            poison.push({ id: message.id, reason: `the body is no JSON: ${messageOf(error)}`, raw: rawText(message.body) });
          }
        }
        yield messages.length === 0 ? { items } : { items, poison, ack: () => queue.remove(messages) };
      }
    } finally {
      await queue.close();
    }
  }

  return {
    kind: "sqs",
    describe: (asset) => describeQueue(queueOf(options, asset), connection),
    takesFrom: (asset) => describeQueue(queueOf(options, asset), connection),
    identify: (item) => ({ id: key === undefined ? item.id : messageKey(item, item.body, key), time: item.sentAt }),
    read,
    waiting: async (context) => countWaiting(await open(context), context.signal),
  };
}

function toItem(message: QueueMessage, body: "json" | "text"): SqsItem {
  const { id, attributes, sentAt, group, sequence } = message;
  return {
    id,
    body: body === "json" ? JSON.parse(message.body) : message.body,
    attributes,
    sentAt: new Date(sentAt).toISOString(),
    ...(group === undefined ? {} : { group }),
    ...(sequence === undefined ? {} : { sequence }),
  };
}

/** Where the queue is, as a URI: the host of its URL, else the connection's name stands for it. */
export function describeQueue(queue: string, connection: string | undefined): string {
  return /^https?:/.test(queue) ? queue.replace(/^https?/, "sqs") : `sqs://${connection ?? "aws"}/${queue}`;
}

function queueOf({ queue }: SqsOptions, asset: SourceAsset | undefined): string {
  const { scheme, path } = splitUri(asset?.uri ?? "none:asset");
  const name = queue ?? (scheme === "sqs" ? path.slice(path.lastIndexOf("/") + 1) : "");
  if (name !== "") return name;
  throw new HeadgateError(
    "E_CONFIG",
    `sqs() does not know what to read: ${asset === undefined ? "it has no queue" : `"${asset.uri}" is no queue, and it has none`}`,
    {
      hint: 'write sqs({ queue: "orders" }), or give the asset a URI as sqs://eu-central-1/orders',
    },
  );
}
