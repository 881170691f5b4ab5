import { HeadgateError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { splitUri } from "../../core/uri/uri.ts";
import type { CloudEventAttributes } from "../cloud-event.ts";
import { type MessageKey, messageKey } from "../message-key.ts";
import type { PayloadFormat } from "../payload.ts";
import type { QueueCursor } from "../queue-start.ts";
import { countMessages } from "./count-messages.ts";
import { type BusPlace, readBus } from "./read-bus.ts";

export interface ServiceBusOptions<Value = Json> {
  /** Name of the connection; its URI is in `HEADGATE_CONN_<NAME>`. @default the host of the asset's `sb:` URI */
  readonly connection?: string;
  /** An existing queue (`orders`), or a subscription of a topic (`sales/subscriptions/headgate`). @default the path of the asset's `sb:` URI */
  readonly entity?: string;
  /** The entity requires sessions: so many are read at once, `true` for 8. @default false */
  readonly sessions?: boolean | number;
  /**
   * What makes two messages the same: the name of a field of the value, or a function.
   * @default the message id, which duplicate detection goes by; without one a CloudEvent's source and id, else the sequence number
   */
  readonly key?: MessageKey<ServiceBusItem<Value>>;
  /** How messages are read. @default "json" */
  readonly values?: PayloadFormat;
  /** How many messages may be on their way at once. @default 500 */
  readonly prefetch?: number;
}

/** A message. How often it was delivered is not in it: a message that comes again is the same item. */
export interface ServiceBusItem<Value = Json> {
  /** The sender's message id; without one a CloudEvent's source and id, else the sequence number. */
  readonly id: string;
  /** `orders`, or `sales/subscriptions/headgate`. */
  readonly entity: string;
  readonly value: Value;
  /** Application properties. */
  readonly properties: Readonly<Record<string, Json>>;
  /** The number that Service Bus gave it. */
  readonly sequence: string;
  /** When Service Bus got it: ISO 8601 in UTC. */
  readonly at?: string;
  readonly subject?: string;
  readonly correlationId?: string;
  readonly contentType?: string;
  readonly session?: string;
  /** The attributes of a CloudEvent, if the message is one: in properties (`cloudEvents:id`, ...) or in the value. */
  readonly cloudEvent?: CloudEventAttributes;
}

/**
 * Watches a queue or a subscription of Azure Service Bus. A message stays locked until the registry accepted its event, then it is
 * completed; one that cannot be read goes to the dead letters, then to the entity's own, with the reason. Messages of a session are
 * published in order.
 *
 * Throws `E_SOURCE` for an entity that is not there or may not be read; `E_PACKAGE_MISSING` without `@azure/service-bus`.
 *
 * @example
 * const orders = asset("sb://bus/orders");
 * watch("orders", serviceBus<{ no: number }>(), { publishes: orders, startAt: "beginning", map: ({ value }) => ({ data: value }) });
 */
export function serviceBus<Value = Json>(options: ServiceBusOptions<Value> = {}): Source<ServiceBusItem<Value>, QueueCursor> {
  const { key, prefetch = 500, values = "json" } = options;
  if (!Number.isInteger(prefetch) || prefetch < 1) {
    throw new HeadgateError("E_OPTION", `prefetch of serviceBus() is ${prefetch}`, { hint: "give a whole number, at least 1" });
  }
  const sessions = options.sessions === true ? 8 : Number(options.sessions ?? 0);
  if (!Number.isInteger(sessions) || sessions < 0 || sessions > 100) {
    throw new HeadgateError("E_OPTION", `sessions of serviceBus() is ${options.sessions}`, { hint: "give true, or a whole number up to 100" });
  }
  return {
    kind: "service-bus",
    describe: (asset) => placeOf(options, asset).source,
    takesFrom: (asset) => placeOf(options, asset).source,
    identify: (item) => ({
      id: key === undefined ? item.id : messageKey(item, item.value, key),
      ...timeOf(item),
    }),
    waiting: (context) => {
      const place = placeOf(options, context.asset);
      return countMessages(place, context.connection(place.connection));
    },
    read: (context) => readBus<Value>({ ...placeOf(options, context.asset), prefetch, sessions, values }, context),
  };
}

function timeOf({ cloudEvent, at }: ServiceBusItem<unknown>): { readonly time?: string } {
  const time = cloudEvent?.time ?? at;
  return time === undefined ? {} : { time };
}

function placeOf(options: Pick<ServiceBusOptions, "connection" | "entity">, asset: SourceAsset | undefined): Pick<BusPlace, "connection" | "path" | "source"> {
  const uri = asset === undefined ? undefined : splitUri(asset.uri);
  const named = uri?.scheme === "sb" ? { connection: uri.authority ?? "", path: decodeURIComponent(uri.path.slice(1)) } : { connection: "", path: "" };
  const connection = options.connection ?? named.connection;
  const path = options.entity ?? named.path;
  if (connection === "" || path === "") {
    throw new HeadgateError("E_CONFIG", "serviceBus() does not know what to read", {
      hint: 'write serviceBus({ connection: "bus", entity: "orders" }), or give the asset a URI as sb://bus/orders',
    });
  }
  return { connection, path, source: `sb://${connection}/${path}` };
}
