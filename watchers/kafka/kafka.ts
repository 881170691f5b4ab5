import { HeadgateError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { splitUri } from "../../core/uri/uri.ts";
import type { CloudEventAttributes } from "../cloud-event.ts";
import type { PayloadFormat } from "../payload.ts";
import type { KafkaCursor } from "./positions.ts";
import { readTopic, type TopicPlace } from "./read-topic.ts";
import type { ValueFormat } from "./value-format.ts";

export interface KafkaOptions {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. @default the host of the asset's `kafka:` URI */
  readonly connection?: string;
  /** @default the path of the asset's `kafka:` URI */
  readonly topic?: string;
  /**
   * The consumer group. Nobody else may read by it: the partitions would be shared out between the two.
   * @default `headgate.` and who reads: `headgate.watcher/orders`
   */
  readonly group?: string;
  /**
   * How values are read: as JSON, as text in UTF-8, as bytes, which items carry in base64, or by a format such as `schemaRegistry("schemas")`.
   * @default "json"
   */
  readonly values?: PayloadFormat | ValueFormat;
}

/** A record of the topic. */
export interface KafkaItem<Value = Json> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Which topic of that name: a topic that is deleted and made again has another one. Absent with brokers older than 2.8. */
  readonly topicId?: string;
  /** As text, or in base64 if it is no UTF-8. */
  readonly key: string | null;
  /** Null for a tombstone. */
  readonly value: Value | null;
  /** Headers that occur more than once have a list. In base64 if they are no UTF-8. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** When the record was made, or the broker got it: ISO 8601. */
  readonly at: string;
  /** The attributes of a CloudEvent, if the record is one: in headers (`ce_id`, ...) or in the value. */
  readonly cloudEvent?: CloudEventAttributes;
}

/**
 * Watches a topic of Kafka. Where it stands is kept with what it publishes; offsets are committed to the consumer group after the
 * registry accepted, for who looks at lag. Records of transactions are read once those are committed, tombstones are items with the
 * value null, and partitions that are added are read from their start.
 *
 * Throws `E_WATCHER_GAP` when records were removed before they were read, or the topic was made anew; `E_SOURCE` for the rest.
 *
 * @example
 * const orders = asset("kafka://streams/orders");
 * watch("orders", kafka<{ id: string }>(), { publishes: orders, map: ({ value }) => (value === null ? undefined : { data: value }) });
 */
export function kafka<Value = Json>(options: KafkaOptions = {}): Source<KafkaItem<Value>, KafkaCursor> {
  const values = options.values ?? "json";
  return {
    kind: "kafka",
    describe: (asset) => sourceOf(placeOf(options, asset)),
    identify: (item) => ({
      id: `${item.topicId === undefined ? "" : `${item.topicId}/`}${item.partition}:${item.offset}`,
      time: item.cloudEvent?.time ?? item.at,
    }),
    read: (context) => readTopic<Value>({ ...placeOf(options, context.asset), values }, context),
  };
}

function sourceOf({ connection, topic }: Pick<TopicPlace, "connection" | "topic">): string {
  return `kafka://${connection}/${topic}`;
}

function placeOf(options: KafkaOptions, asset: SourceAsset | undefined): Omit<TopicPlace, "values"> {
  const uri = asset === undefined ? undefined : splitUri(asset.uri);
  const named = uri?.scheme === "kafka" ? { connection: uri.authority ?? "", topic: uri.path.slice(1) } : { connection: "", topic: "" };
  const connection = options.connection ?? named.connection;
  const topic = options.topic ?? named.topic;
  if (connection === "" || !/^[A-Za-z0-9._-]{1,249}$/.test(topic)) {
    throw new HeadgateError("E_CONFIG", `kafka() does not know what to read${topic === "" ? "" : `: "${topic}" is no name of a topic`}`, {
      hint: 'write kafka({ connection: "streams", topic: "orders" }), or give the asset a URI as kafka://streams/orders',
    });
  }
  return { connection, topic, source: sourceOf({ connection, topic }), ...(options.group === undefined ? {} : { group: options.group }) };
}
