import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { SourceLog } from "../../core/source.ts";
import type { AwsAccess } from "../aws/connection.ts";
import { createLeases } from "../leases.ts";
import { loadPackage } from "../optional-package.ts";

/** A message that was received and is not yet settled. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** Attributes that the sender gave, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
  /** By the queue's clock, in milliseconds. */
  readonly sentAt: number;
  /** Of a FIFO queue. */
  readonly group?: string;
  /** Of a FIFO queue: its place in the order. */
  readonly sequence?: string;
  /** Good for this delivery only. */
  readonly receipt: string;
}

/** What sources need of a queue. Received messages stay invisible to others until they are removed or released, however long that takes. */
export interface Queue {
  /** At least one message, or none after a long poll: up to ten at once, and more where they wait already. */
  receive(signal: AbortSignal): Promise<readonly QueueMessage[]>;
  /** Never throws for a part of them: what could not be removed comes again, and is known by its id. */
  remove(messages: readonly QueueMessage[]): Promise<void>;
  /** Milliseconds that the queue's clock is ahead of ours; below two seconds it is 0, which is all that can be known. */
  clockAhead(): number;
  /** About how many messages wait. */
  waiting(signal: AbortSignal): Promise<number>;
  /** Gives back what is not settled, so that it comes again at once, and closes. */
  close(): Promise<void>;
}

export interface QueueOptions {
  /** A name, or a URL as `https://sqs.eu-central-1.amazonaws.com/123456789012/orders`. */
  readonly queue: string;
  readonly access: AwsAccess;
  /** Milliseconds that a received message stays invisible; renewed at half of it. */
  readonly visibility: number;
  readonly log: SourceLog;
  /** Who asks, for messages: `sqs()`. */
  readonly user: string;
}

/** Seconds of a long poll: the most that SQS takes. */
const LONG_POLL = 20;
/** Receives that follow a full one at once. */
const MORE = 9;
/** Messages of one request: the most that SQS takes. */
const TEN = 10;

/** Opens a queue. Loads the SDK: throws `E_PACKAGE_MISSING`, and `E_SOURCE` for a queue that is not there. */
export async function openQueue({ queue, access, visibility, log, user }: QueueOptions): Promise<Queue> {
  const sdk = await loadPackage(user, "@aws-sdk/client-sqs", () => import("@aws-sdk/client-sqs"));
  const client: SQSClient = new sdk.SQSClient(access);
  let ahead = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const date = Date.parse((result.response as { headers?: Record<string, string> }).headers?.date ?? "");
      if (!Number.isNaN(date)) ahead = Math.abs(date - Date.now()) < 2_000 ? 0 : date - Date.now();
      return result;
    },
    { step: "deserialize", name: "serverClock" },
  );
  const QueueUrl = await urlOf();
  const leases = createLeases({
    every: visibility / 2,
    renew: async (receipts) => {
      for (const Entries of tens(receipts, (ReceiptHandle, Id) => ({ Id, ReceiptHandle, VisibilityTimeout: Math.ceil(visibility / 1000) }))) {
        await client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },
    onFailure: (error) => log.warn(`messages of ${queue} could not be held: ${messageOf(error)}; they may come twice, and count once`),
  });

  async function urlOf(): Promise<string> {
    if (/^https?:/.test(queue)) return queue;
    try {
      return (await client.send(new sdk.GetQueueUrlCommand({ QueueName: queue }))).QueueUrl ?? queue;
    } catch (error) {
      throw toSourceError(error, queue);
    }
  }

  async function receiveOnce(wait: number, signal: AbortSignal): Promise<readonly QueueMessage[]> {
    try {
      const { Messages = [] } = await client.send(
        new sdk.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: TEN,
          WaitTimeSeconds: wait,
          VisibilityTimeout: Math.ceil(visibility / 1000),
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId", "SequenceNumber"],
        }),
        { abortSignal: signal },
      );
      const messages = Messages.map(toMessage);
      leases.hold(messages.map(({ receipt }) => receipt));
      return messages;
    } catch (error) {
      throw toSourceError(error, queue);
    }
  }

  async function removeTen(entries: readonly { readonly Id: string; readonly ReceiptHandle: string }[]): Promise<void> {
    let left = entries;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      // The answer is 200 also if a part was not removed.
      const { Failed = [] } = await client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl, Entries: [...left] }));
      const again = new Set(Failed.filter(({ SenderFault }) => SenderFault !== true).map(({ Id }) => Id));
      const lost = Failed.filter(({ SenderFault }) => SenderFault === true || attempt === 3);
      if (lost.length > 0)
        log.warn(`${lost.length} messages of ${queue} were not removed: ${lost[0]?.Message ?? lost[0]?.Code}; they come again, and count once`);
      left = attempt === 3 ? [] : left.filter(({ Id }) => again.has(Id));
    }
  }

  return {
    receive: async (signal) => {
      const first = await receiveOnce(LONG_POLL, signal);
      if (first.length < TEN) return first;
      const more = await Promise.all(Array.from({ length: MORE }, () => receiveOnce(0, signal)));
      return [...first, ...more.flat()];
    },
    remove: async (messages) => {
      const receipts = messages.map(({ receipt }) => receipt);
      for (const entries of tens(receipts, (ReceiptHandle, Id) => ({ Id, ReceiptHandle }))) await removeTen(entries);
      leases.drop(receipts);
    },
    clockAhead: () => ahead,
    waiting: async (signal) => {
      const { Attributes } = await client.send(new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }), {
        abortSignal: signal,
      });
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
    close: async () => {
      const held = leases.close();
      try {
        for (const Entries of tens(held, (ReceiptHandle, Id) => ({ Id, ReceiptHandle, VisibilityTimeout: 0 }))) {
          await client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }), { abortSignal: AbortSignal.timeout(2_000) });
        }
      } catch {
        // They come again by themselves when their time is over.
      } finally {
        client.destroy();
      }
    },
  };
}

function toMessage(message: Message): QueueMessage {
  const { MessageId = "", Body = "", ReceiptHandle = "", Attributes = {}, MessageAttributes = {} } = message;
  const attributes: [string, string][] = [];
  for (const [name, { StringValue }] of Object.entries(MessageAttributes)) if (StringValue !== undefined) attributes.push([name, StringValue]);
  return {
    id: MessageId,
    body: Body,
    attributes: Object.fromEntries(attributes),
    sentAt: Number(Attributes.SentTimestamp ?? 0),
    ...(Attributes.MessageGroupId === undefined ? {} : { group: Attributes.MessageGroupId }),
    ...(Attributes.SequenceNumber === undefined ? {} : { sequence: Attributes.SequenceNumber }),
    receipt: ReceiptHandle,
  };
}

/** Requests take ten entries, each with an id of its own. */
function tens<T>(receipts: readonly string[], toEntry: (receipt: string, id: string) => T): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < receipts.length; start += TEN) parts.push(receipts.slice(start, start + TEN).map((receipt, k) => toEntry(receipt, String(k))));
  return parts;
}

function toSourceError(error: unknown, queue: string): unknown {
  const { name = "" } = error as { name?: string };
  if (!/QueueDoesNotExist|NonExistentQueue/.test(name)) return error;
  return new HeadgateError("E_SOURCE", `there is no queue "${queue}"`, {
    cause: error,
    hint: "create the queue, or correct its name or the region of the connection",
  });
}

/** About how many messages wait; closes the queue. */
export async function countWaiting(queue: Queue, signal: AbortSignal): Promise<number> {
  try {
    return await queue.waiting(signal);
  } finally {
    await queue.close();
  }
}
