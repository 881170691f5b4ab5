import { randomUUID } from "node:crypto";
import { type ChannelModel, type ConfirmChannel, connect, type Options } from "amqplib";
import { asset } from "../../../core/authoring/asset.ts";
import type { WatcherDefinition } from "../../../core/definition.ts";
import type { Source } from "../../../core/source.ts";
import type { RunningServer } from "../../../scripts/servers/server.ts";
import { type RabbitMqItem, type RabbitMqOptions, rabbitmq } from "../../../watchers/rabbitmq/index.ts";
import type { SourceWorld } from "../source-contract.ts";

export interface QueueWorld extends SourceWorld {
  readonly queue: string;
  /** Where rejected messages of the queue go. */
  readonly deadLetters: string;
  readonly connection: (name: string) => string;
  channel(): ConfirmChannel;
  /** Connects again, after the server was killed. */
  reconnect(): Promise<void>;
  send(content: string | Buffer, options?: Options.Publish): Promise<void>;
  watcherBy(options?: RabbitMqOptions<never>, startAt?: unknown): WatcherDefinition;
}

/** A durable queue of its own with a dead-letter queue. Messages are `{ "name": ... }`, with the name as their id. */
export async function createQueueWorld(server: RunningServer, type: "classic" | "quorum" = "classic"): Promise<QueueWorld> {
  const queue = `orders-${randomUUID()}`;
  const deadLetters = `${queue}.dead`;
  let client: ChannelModel | undefined;
  let channel: ConfirmChannel | undefined;
  const reconnect = async (): Promise<void> => {
    client = await connect(server.url);
    client.on("error", () => undefined);
    channel = await client.createConfirmChannel();
    channel.on("error", () => undefined);
  };
  await reconnect();
  const open = (): ConfirmChannel => {
    if (channel === undefined) throw new Error("there is no channel");
    return channel;
  };
  await open().assertQueue(deadLetters, { durable: true });
  await open().assertQueue(queue, {
    durable: true,
    arguments: { "x-queue-type": type, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": deadLetters },
  });

  const send: QueueWorld["send"] = async (content, options = {}) => {
    open().sendToQueue(queue, Buffer.from(content), { persistent: true, ...options });
    await open().waitForConfirms();
  };
  const watcherBy = (options: RabbitMqOptions<never> = {}, startAt: unknown = "beginning"): WatcherDefinition => ({
    kind: "watcher",
    id: "orders",
    source: rabbitmq(options) as unknown as Source,
    publishes: asset(`amqp://broker/${queue}`),
    every: 100,
    startAt,
    map: ((item: RabbitMqItem) => ({ data: item })) as never,
  });
  return {
    queue,
    deadLetters,
    channel: open,
    reconnect,
    send,
    watcherBy,
    connection: () => server.url,
    watcher: (startAt) => watcherBy({}, startAt),
    put: (name) => send(JSON.stringify({ name }), { messageId: name }),
    putPoison: (name) => send(`{ "name": ${name} }`, { messageId: name }),
    nameOf: (event) => (event.data as unknown as RabbitMqItem<{ name: string }>).value.name,
    dispose: async () => {
      await open()
        .deleteQueue(queue)
        .catch(() => undefined);
      await open()
        .deleteQueue(deadLetters)
        .catch(() => undefined);
      await client?.close().catch(() => undefined);
    },
  };
}
