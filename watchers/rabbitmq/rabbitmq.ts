import { HeadgateError } from "../../core/errors.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { splitUri } from "../../core/uri/uri.ts";
import type { PayloadFormat } from "../payload.ts";
import { countMessages, type QueuePlace, type RabbitCursor, readQueue } from "./read-queue.ts";

export interface RabbitMqOptions<Value = Json> {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. @default the host of the asset's `amqp:` URI */
  readonly connection?: string;
  /** An existing queue. @default the path of the asset's `amqp:` URI */
  readonly queue?: string;
  /**
   * What names a message: AMQP itself names none, and a message that is delivered again must be known. `messageId`: the publisher sets it, and
   * a message without one is a dead letter. `content`: equal messages are one. Or a function. @default "messageId"
   */
  readonly id?: "messageId" | "content" | ((item: Omit<RabbitMqItem<Value>, "id">) => string);
  /** How messages are read. @default "json" */
  readonly values?: PayloadFormat;
  /** How many messages may be on their way at once. @default 500 */
  readonly prefetch?: number;
}

/** A message. How often it was delivered is not in it: a message that comes again is the same item. */
export interface RabbitMqItem<Value = Json> {
  readonly id: string;
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly value: Value;
  readonly headers: Readonly<Record<string, Json>>;
  /** The publisher's properties, as far as they are set. */
  readonly messageId?: string;
  readonly correlationId?: string;
  readonly type?: string;
  readonly contentType?: string;
  /** ISO 8601, to the second. */
  readonly at?: string;
}

/**
 * Watches a queue of RabbitMQ, classic or quorum. A message is acknowledged after the registry accepted its event; one that cannot be
 * read goes to the dead letters, and then to the queue's dead-letter exchange if it has one. `startAt: "now"` empties the queue.
 *
 * Throws `E_SOURCE` for a queue that is not there or a consumer that the server cancels; `E_PACKAGE_MISSING` without amqplib.
 *
 * @example
 * const orders = asset("amqp://broker/orders");
 * watch("orders", rabbitmq<{ no: number }>(), { publishes: orders, startAt: "beginning", map: ({ value }) => ({ data: value }) });
 */
export function rabbitmq<Value = Json>(options: RabbitMqOptions<Value> = {}): Source<RabbitMqItem<Value>, RabbitCursor> {
  const { id = "messageId", prefetch = 500 } = options;
  if (!Number.isInteger(prefetch) || prefetch < 1 || prefetch > 65_535) {
    throw new HeadgateError("E_OPTION", `prefetch of rabbitmq() is ${prefetch}`, { hint: "give a whole number from 1 to 65,535" });
  }
  return {
    kind: "rabbitmq",
    describe: (asset) => placeOf(options, asset).source,
    takesFrom: (asset) => placeOf(options, asset).source,
    identify: (item) => ({ id: item.id, ...(item.at === undefined ? {} : { time: item.at }) }),
    waiting: (context) => {
      const place = placeOf(options, context.asset);
      return countMessages(place, context.connection(place.connection));
    },
    read: (context) =>
      readQueue<Value>({ ...placeOf(options, context.asset), prefetch, values: options.values ?? "json", idOf: (item, body) => idOf(id, item, body) }, context),
  };
}

function idOf<Value>(id: NonNullable<RabbitMqOptions<Value>["id"]>, item: Omit<RabbitMqItem<Value>, "id">, body: Buffer): string {
  if (id === "content") return contentHash(body.toString("base64")).slice(0, 32);
  const given = id === "messageId" ? item.messageId : id(item);
  if (typeof given === "string" && given !== "") return given;
  throw new Error(
    id === "messageId" ? 'the message has no messageId: let its publisher set one, or say id: "content" or id: (item) => ...' : "id gave no text",
  );
}

function placeOf(
  options: Pick<RabbitMqOptions, "connection" | "queue">,
  asset: SourceAsset | undefined,
): Pick<QueuePlace<unknown>, "connection" | "queue" | "source"> {
  const uri = asset === undefined ? undefined : splitUri(asset.uri);
  const named = uri?.scheme === "amqp" ? { connection: uri.authority ?? "", queue: decodeURIComponent(uri.path.slice(1)) } : { connection: "", queue: "" };
  const connection = options.connection ?? named.connection;
  const queue = options.queue ?? named.queue;
  if (connection === "" || queue === "") {
    throw new HeadgateError("E_CONFIG", "rabbitmq() does not know what to read", {
      hint: 'write rabbitmq({ connection: "broker", queue: "orders" }), or give the asset a URI as amqp://broker/orders',
    });
  }
  return { connection, queue, source: `amqp://${connection}/${encodeURIComponent(queue)}` };
}
