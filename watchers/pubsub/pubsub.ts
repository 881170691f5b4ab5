import type { Duration } from "../../core/condition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { splitUri } from "../../core/uri/uri.ts";
import type { CloudEventAttributes } from "../cloud-event.ts";
import { type MessageKey, messageKey } from "../message-key.ts";
import type { PayloadFormat } from "../payload.ts";
import type { QueueCursor } from "../queue-start.ts";
import { parsePubSubUri } from "./connection.ts";
import { readSubscription, type SubscriptionPlace } from "./read-subscription.ts";
import { checkSubscription } from "./subscription.ts";

export interface PubSubOptions<Value = Json> {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. @default the host of the asset's `pubsub:` URI */
  readonly connection?: string;
  /** An existing subscription of the connection's project, or `projects/<project>/subscriptions/<name>`. @default the path of the asset's `pubsub:` URI */
  readonly subscription?: string;
  /**
   * What makes two messages the same: the name of a field of the value, or a function.
   * @default source and id of a CloudEvent, else the id that Pub/Sub gave the message
   */
  readonly key?: MessageKey<PubSubItem<Value>>;
  /** How messages are read. @default "json" */
  readonly values?: PayloadFormat;
  /** How many messages may be on their way at once. @default 1000 */
  readonly prefetch?: number;
  /** How long a message is held at a time; this is prolonged for as long as it is worked on. From "10s" to "10m". @default "60s" */
  readonly lease?: Duration;
}

/** A message. How often it was delivered is not in it: a message that comes again is the same item. */
export interface PubSubItem<Value = Json> {
  /** The id that Pub/Sub gave it. A publisher that tries again gets another one. */
  readonly id: string;
  readonly subscription: string;
  readonly value: Value;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
  /** ISO 8601 in UTC, by the service's clock. */
  readonly publishedAt: string;
  /** The attributes of a CloudEvent, if the message is one: in attributes (`ce-id`, ...) or in the value. */
  readonly cloudEvent?: CloudEventAttributes;
}

/**
 * Watches a pull subscription of Google Pub/Sub. A message is leased until the registry accepted its event, then acknowledged; on a
 * subscription with exactly-once delivery the answer is waited for. Messages of an ordering key are published in order.
 *
 * Throws `E_SOURCE` for a subscription that is not there or may not be read; `E_PACKAGE_MISSING` without `@google-cloud/pubsub`.
 *
 * @example
 * const orders = asset("pubsub://events/orders-headgate");
 * watch("orders", pubsub<{ no: number }>(), { publishes: orders, startAt: "beginning", map: ({ value }) => ({ data: value }) });
 */
export function pubsub<Value = Json>(options: PubSubOptions<Value> = {}): Source<PubSubItem<Value>, QueueCursor> {
  const { key, prefetch = 1_000, values = "json" } = options;
  if (!Number.isInteger(prefetch) || prefetch < 1) {
    throw new HeadgateError("E_OPTION", `prefetch of pubsub() is ${prefetch}`, { hint: "give a whole number, at least 1" });
  }
  const lease = parseDuration(options.lease ?? "60s", "pubsub({ lease })");
  if (lease < 10_000 || lease > 600_000) {
    throw new HeadgateError("E_OPTION", `lease of pubsub() is ${options.lease}`, { hint: 'give a time from "10s" to "10m"' });
  }
  return {
    kind: "pubsub",
    describe: (asset) => placeOf(options, asset).source,
    takesFrom: (asset) => placeOf(options, asset).source,
    identify: (item) => ({ id: key === undefined ? idOf(item) : messageKey(item, item.value, key), time: item.cloudEvent?.time ?? item.publishedAt }),
    waiting: async (context) => {
      const { connection, ...place } = placeOf(options, context.asset);
      await checkSubscription({ ...place, access: parsePubSubUri(context.connection(connection), connection) });
      return undefined;
    },
    read: (context) => readSubscription<Value>({ ...placeOf(options, context.asset), prefetch, lease, values }, context),
  };
}

/** Source and id name a CloudEvent, also one that is published again. No URI has a space in it. */
function idOf({ id, cloudEvent }: PubSubItem<unknown>): string {
  return cloudEvent === undefined ? id : `${cloudEvent.source} ${cloudEvent.id}`;
}

function placeOf(
  options: Pick<PubSubOptions, "connection" | "subscription">,
  asset: SourceAsset | undefined,
): Pick<SubscriptionPlace, "connection" | "subscription" | "source"> {
  const uri = asset === undefined ? undefined : splitUri(asset.uri);
  const named =
    uri?.scheme === "pubsub" ? { connection: uri.authority ?? "", subscription: decodeURIComponent(uri.path.slice(1)) } : { connection: "", subscription: "" };
  const connection = options.connection ?? named.connection;
  const subscription = options.subscription ?? named.subscription;
  if (connection === "" || subscription === "") {
    throw new HeadgateError("E_CONFIG", "pubsub() does not know what to read", {
      hint: 'write pubsub({ connection: "events", subscription: "orders-headgate" }), or give the asset a URI as pubsub://events/orders-headgate',
    });
  }
  return { connection, subscription, source: `pubsub://${connection}/${subscription}` };
}
