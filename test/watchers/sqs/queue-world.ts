import { randomBytes } from "node:crypto";
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SqsServer } from "../../../scripts/servers/sqs.ts";

/** A queue of its own on the test server, with a queue for what was delivered too often. */
export interface QueueWorld {
  readonly queue: string;
  readonly url: string;
  /** URI of the connection. */
  readonly connection: string;
  send(body: unknown, options?: { readonly group?: string; readonly dedupe?: string }): Promise<void>;
  /** Messages that wait, and messages that somebody has received. */
  counts(): Promise<{ readonly waiting: number; readonly received: number }>;
  /** Bodies of what was delivered too often. */
  redriven(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

export interface QueueWorldOptions {
  readonly fifo?: boolean;
  /** Deliveries until the redrive policy takes a message away. @default none */
  readonly maxReceives?: number;
}

export async function createQueueWorld(server: SqsServer, { fifo = false, maxReceives }: QueueWorldOptions = {}): Promise<QueueWorld> {
  const { url: endpoint, accessKeyId, secretAccessKey, region } = server;
  const client = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const queue = `q${randomBytes(6).toString("hex")}${fifo ? ".fifo" : ""}`;
  const made: string[] = [];
  const create = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    made.push(QueueUrl);
    return QueueUrl;
  };
  const dead = maxReceives === undefined ? undefined : await create(`dead-${queue}`, {});
  const redrive =
    dead === undefined
      ? {}
      : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${region}:000000000000:dead-${queue}`, maxReceiveCount: maxReceives }) };
  const url = await create(queue, { ...(fifo ? { FifoQueue: "true" } : {}), ...redrive });

  return {
    queue,
    url,
    connection: server.env.HEADGATE_CONN_QUEUES ?? "",
    send: async (body, { group, dedupe } = {}) => {
      const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
      const order = fifo ? { MessageGroupId: group ?? "g", MessageDeduplicationId: dedupe ?? randomBytes(8).toString("hex") } : {};
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...order }));
    },
    counts: async () => {
      const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
      const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }));
      return { waiting: Number(Attributes[names[0]]), received: Number(Attributes[names[1]]) };
    },
    redriven: async () => {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: dead, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
      return Messages.map(({ Body }) => Body ?? "");
    },
    dispose: async () => {
      for (const one of made) await client.send(new DeleteQueueCommand({ QueueUrl: one }));
      client.destroy();
    },
  };
}
