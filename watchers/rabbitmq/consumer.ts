import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { closeWithin } from "../close-within.ts";
import { createInbox } from "../inbox.ts";
import { loadPackage } from "../optional-package.ts";
import { readTlsFiles, TLS_OPTIONS } from "../tls-files.ts";

/** Messages of a queue as they are delivered, over one connection and one channel. */
export interface QueueConsumer {
  /** How many messages wait. */
  waiting(): Promise<number>;
  /** Removes what waits; returns how much that was. */
  purge(): Promise<number>;
  /** From here on messages are delivered. */
  begin(tag: string): Promise<void>;
  /** The next messages in their order, at most `most`; none if none came in time. Rejects when the channel is broken or cancelled. */
  next(most: number, ms: number, signal: AbortSignal): Promise<readonly ConsumeMessage[]>;
  /** Settles everything up to the last of them: what is rejected goes to the dead-letter exchange. Without effect on a channel that is gone. */
  settle(messages: readonly ConsumeMessage[], rejected: ReadonlySet<ConsumeMessage>): void;
  /** Gives back what was not settled. */
  close(): Promise<void>;
}

export interface ConsumerOptions {
  readonly uri: string;
  /** Name of the connection, for errors. */
  readonly name: string;
  readonly queue: string;
  readonly source: string;
  readonly prefetch: number;
}

/** Seconds between two signs of life: a connection that is half open is found out after two. */
const HEARTBEAT = 10;
/** Milliseconds that closing may take. */
const CLOSE = 3_000;

/** Throws `E_CONNECTION`, `E_SOURCE`, `E_PACKAGE_MISSING`. */
export async function openQueueConsumer(options: ConsumerOptions): Promise<QueueConsumer> {
  const { queue, source } = options;
  const amqp = await loadPackage("rabbitmq()", "amqplib", () => import("amqplib"));
  const { url, tls } = parseAmqpUri(options.uri, options.name);
  const failure = (error: unknown): HeadgateError =>
    HeadgateError.is(error) ? error : new HeadgateError("E_SOURCE", `${source} cannot be read: ${messageOf(error)}`, { cause: error, ...hintFor(error) });
  const inbox = createInbox<ConsumeMessage>(failure);
  const { breakOff } = inbox;

  let connection: ChannelModel | undefined;
  let channel: Channel;
  try {
    connection = await amqp.connect(url, { ...tls, timeout: 10_000, clientProperties: { connection_name: "headgate watcher" } });
    connection.on("error", breakOff);
    connection.on("close", () => breakOff(new Error("the connection was closed")));
    channel = await connection.createChannel();
    channel.on("error", breakOff);
    channel.on("close", () => breakOff(new Error("the channel was closed")));
    await channel.prefetch(options.prefetch);
    await channel.checkQueue(queue);
  } catch (error) {
    await connection?.close().catch(() => undefined);
    throw failure(error);
  }
  const open: ChannelModel = connection;
  let consumerTag: string | undefined;

  function onMessage(message: ConsumeMessage | null): void {
    if (message === null) {
      // Not an error of the channel: a consumer that does not look at it would wait for ever.
      breakOff(new Error("the server cancelled the consumer: the queue was deleted, or its node went away"));
      return;
    }
    inbox.put(message);
  }

  /** Explicitly: to some versions a connection that just ends counts as a failed delivery. */
  async function giveBack(): Promise<void> {
    if (consumerTag !== undefined) {
      await channel.cancel(consumerTag);
      channel.nackAll(true);
    }
    await channel.close();
  }

  return {
    waiting: async () => (await channel.checkQueue(queue)).messageCount,
    purge: async () => (await channel.purgeQueue(queue)).messageCount,
    begin: async (tag) => {
      try {
        ({ consumerTag } = await channel.consume(queue, onMessage, { noAck: false, consumerTag: tag }));
      } catch (error) {
        throw failure(error);
      }
    },
    next: inbox.next,
    settle: (messages, rejected) => {
      // Tags are of the channel that delivered: on another one they would settle something else.
      if (inbox.isBroken()) return;
      for (const message of rejected) channel.nack(message, false, false);
      const last = messages.findLast((message) => !rejected.has(message));
      if (last !== undefined) channel.ack(last, true);
    },
    close: async () => {
      if (!inbox.isBroken()) await closeWithin(CLOSE, giveBack());
      await closeWithin(CLOSE, open.close());
    },
  };
}

function parseAmqpUri(uri: string, name: string): { readonly url: string; readonly tls: object } {
  const fail = (why: string): HeadgateError =>
    new HeadgateError("E_CONNECTION", `the connection "${name}" is no RabbitMQ: ${why}`, {
      hint: "write it as amqp://user:password@host:5672/vhost, or amqps: with ca=/etc/rabbitmq/ca.pem for TLS",
    });
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url === undefined || (url.protocol !== "amqp:" && url.protocol !== "amqps:")) throw fail("its URI does not begin with amqp: or amqps:");
  const tls = readTlsFiles(url.searchParams, fail);
  for (const option of TLS_OPTIONS) url.searchParams.delete(option);
  if (!url.searchParams.has("heartbeat")) url.searchParams.set("heartbeat", String(HEARTBEAT));
  return { url: url.href, tls };
}

function hintFor(error: unknown): { readonly hint?: string } {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === 404) return { hint: "declare the queue; a watcher makes none, since it cannot know how it should be" };
  return code === 406 ? { hint: "messages were unacknowledged for longer than the server's consumer_timeout; they are delivered again" } : {};
}
