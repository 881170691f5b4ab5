import { randomUUID } from "node:crypto";
import { ServiceBusClient, type ServiceBusMessage } from "@azure/service-bus";
import { asset } from "../../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../../core/definition.ts";
import type { Source } from "../../../core/source.ts";
import type { EntityOptions } from "../../../scripts/servers/service-bus/entity.ts";
import type { ServiceBusServer } from "../../../scripts/servers/service-bus.ts";
import { type ServiceBusItem, type ServiceBusOptions, serviceBus } from "../../../watchers/service-bus/index.ts";
import type { SourceWorld } from "../source-contract.ts";

export interface BusWorld extends SourceWorld {
  readonly entity: string;
  readonly connection: (name: string) => string;
  send(message: ServiceBusMessage): Promise<void>;
  /** What the entity's own dead letters are, with their reason; they are removed. */
  deadLetters(): Promise<readonly { readonly body: unknown; readonly reason: string | undefined; readonly description: string | undefined }[]>;
  /** What waits now: it is looked at and given back. Counts as a delivery. */
  waiting(): Promise<number>;
  declare(options: EntityOptions | undefined): Promise<void>;
  watcherBy(options?: ServiceBusOptions<never>, startAt?: unknown): WatcherDefinition;
}

/** A queue of its own, or a subscription of a topic of its own. Messages are `{ "name": ... }`, with the name as their id. */
export async function createBusWorld(server: ServiceBusServer, options: EntityOptions = {}, kind: "queue" | "subscription" = "queue"): Promise<BusWorld> {
  const name = `orders-${randomUUID()}`;
  const entity = kind === "queue" ? name : `${name}/subscriptions/headgate`;
  const declare = (given: EntityOptions | undefined): Promise<void> => server.declare(entity, given);
  await declare(options);
  const client = new ServiceBusClient(server.connectionString, { retryOptions: { maxRetries: 20, retryDelayInMs: 200 } });
  const sender = client.createSender(name);
  const receiverOf = (extra: { readonly subQueueType?: "deadLetter" } = {}) => {
    const given = { maxAutoLockRenewalDurationInMs: 0, ...extra };
    return kind === "queue" ? client.createReceiver(name, given) : client.createReceiver(name, "headgate", given);
  };

  const send: BusWorld["send"] = (message) => sender.sendMessages(message);
  const session = options.sessions === true ? { sessionId: "s" } : {};
  const watcherBy = (given: ServiceBusOptions<never> = {}, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "orders",
    source: serviceBus({ sessions: options.sessions ?? false, ...given }) as unknown as Source,
    publishes: asset(`sb://bus/${entity}`),
    every: 100,
    startAt,
    map: ((item: ServiceBusItem) => ({ data: item })) as never,
  });
  return {
    entity,
    declare,
    send,
    watcherBy,
    connection: () => server.env.HEADGATE_CONN_BUS ?? "",
    deadLetters: async () => {
      const receiver = receiverOf({ subQueueType: "deadLetter" });
      const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 300 });
      for (const message of messages) await receiver.completeMessage(message);
      await receiver.close();
      return messages.map(({ body, deadLetterReason, deadLetterErrorDescription }) => ({
        body,
        reason: deadLetterReason,
        description: deadLetterErrorDescription,
      }));
    },
    waiting: async () => {
      const receiver = receiverOf();
      const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 300 });
      for (const message of messages) await receiver.abandonMessage(message);
      await receiver.close();
      return messages.length;
    },
    watcher: (startAt) => watcherBy({}, startAt),
    put: (one) => send({ body: { name: one }, messageId: one, ...session }),
    putPoison: (one) => send({ body: Buffer.from(`{ "name": ${one} }`), messageId: one, ...session }),
    nameOf: (event) => (event.data as unknown as ServiceBusItem<{ name: string }>).value.name,
    dispose: async () => {
      await declare(undefined);
      await client.close();
    },
  };
}
