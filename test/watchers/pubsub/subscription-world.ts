import { randomUUID } from "node:crypto";
import { PubSub, type Subscription, v1 } from "@google-cloud/pubsub";
import { asset } from "../../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../../core/definition.ts";
import type { Source } from "../../../core/source.ts";
import type { PubSubServer } from "../../../scripts/servers/pubsub.ts";
import { EMULATOR } from "../../../watchers/pubsub/connection.ts";
import { type PubSubItem, type PubSubOptions, pubsub } from "../../../watchers/pubsub/index.ts";
import type { SourceWorld } from "../source-contract.ts";

export interface SubscriptionWorld extends SourceWorld {
  readonly subscription: string;
  readonly connection: (name: string) => string;
  /** Returns the id that the server gave. */
  send(content: string | Buffer, options?: { readonly attributes?: Record<string, string>; readonly key?: string }): Promise<string>;
  /** What waits: what somebody holds is not among it. It is given back at once. */
  waiting(): Promise<readonly string[]>;
  /** What the dead-letter topic got. */
  deadLettered(): Promise<readonly string[]>;
  /** Takes a delivery away from who holds it, by its ack id. */
  takeAway(ackId: string): Promise<void>;
  /** Makes topic and subscription once more: the server forgets them when it is killed. */
  create(): Promise<void>;
  watcherBy(options?: PubSubOptions<never>, startAt?: unknown): WatcherDefinition;
}

export interface SubscriptionWorldOptions {
  readonly exactlyOnce?: boolean;
  readonly ordered?: boolean;
  /** Deliveries until the dead-letter policy takes a message away. @default no policy */
  readonly maxDeliveries?: number;
}

/** A topic and a subscription of its own. Messages are `{ "name": ... }`. */
export async function createSubscriptionWorld(server: PubSubServer, options: SubscriptionWorldOptions = {}): Promise<SubscriptionWorld> {
  const { exactlyOnce = false, ordered = false, maxDeliveries } = options;
  const client = new PubSub({ projectId: server.project, apiEndpoint: server.endpoint, ...EMULATOR });
  const direct = new v1.SubscriberClient(client.options as ConstructorParameters<typeof v1.SubscriberClient>[0]);
  const subscription = `orders-${randomUUID()}`;
  const topic = client.topic(`topic-${subscription}`, { messageOrdering: ordered, batching: { maxMilliseconds: 1 } });
  const deadTopic = client.topic(`dead-${subscription}`);
  const pathOf = (name: string): string => `projects/${server.project}/subscriptions/${name}`;
  let made: Subscription | undefined;

  const create = async (): Promise<void> => {
    await topic.create();
    await deadTopic.create();
    await deadTopic.createSubscription(`dead-${subscription}`);
    [made] = await topic.createSubscription(subscription, {
      ackDeadlineSeconds: 10,
      enableExactlyOnceDelivery: exactlyOnce,
      enableMessageOrdering: ordered,
      ...(maxDeliveries === undefined
        ? {}
        : { deadLetterPolicy: { deadLetterTopic: `projects/${server.project}/topics/dead-${subscription}`, maxDeliveryAttempts: maxDeliveries } }),
    });
  };
  await create();

  const giveBack = async (name: string, ackIds: string[]): Promise<void> => {
    if (ackIds.length > 0) await direct.modifyAckDeadline({ subscription: pathOf(name), ackIds, ackDeadlineSeconds: 0 });
  };
  const waiting = async (name: string): Promise<readonly string[]> => {
    const [{ receivedMessages }] = await direct.pull({ subscription: pathOf(name), maxMessages: 1_000, returnImmediately: true });
    const received = receivedMessages ?? [];
    await giveBack(
      name,
      received.map(({ ackId }) => ackId ?? ""),
    );
    return received.map(({ message }) => String(message?.data ?? ""));
  };
  const send: SubscriptionWorld["send"] = (content, { attributes = {}, key } = {}) =>
    topic.publishMessage({ data: Buffer.from(content), attributes, ...(key === undefined ? {} : { orderingKey: key }) });
  const watcherBy = (given: PubSubOptions<never> = {}, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "orders",
    source: pubsub(given) as unknown as Source,
    publishes: asset(`pubsub://events/${subscription}`),
    every: 100,
    startAt,
    map: ((item: PubSubItem) => ({ data: item })) as never,
  });

  return {
    subscription,
    create,
    send,
    watcherBy,
    connection: () => server.env.HEADGATE_CONN_EVENTS ?? "",
    waiting: () => waiting(subscription),
    deadLettered: () => waiting(`dead-${subscription}`),
    takeAway: (ackId) => giveBack(subscription, [ackId]),
    watcher: (startAt) => watcherBy({ lease: "10s" }, startAt),
    put: async (name) => void (await send(JSON.stringify({ name }))),
    putPoison: async (name) => void (await send(`{ "name": ${name} }`)),
    nameOf: (event) => (event.data as unknown as PubSubItem<{ name: string }>).value.name,
    dispose: async () => {
      for (const one of [() => made?.delete(), () => topic.delete(), () => deadTopic.delete()]) await one()?.catch(() => undefined);
      await direct.close();
      await client.close();
    },
  };
}
