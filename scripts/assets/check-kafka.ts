import { setTimeout as pause } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import type { Store } from "../../store/index.ts";
import { followEvent } from "./follow-event.ts";
import { kafkaClient } from "./kafka-client.ts";

export interface KafkaCheck {
  readonly store: Store;
  /** The URI behind a named connection. */
  readonly connection: (name: string) => string;
  /** The asset that a watcher publishes: `kafka://<connection>/<topic>`. */
  readonly asset: string;
  /** The value of the record, as it is sent. */
  readonly value: string;
  /** Milliseconds. @default 60,000 */
  readonly patience?: number;
  readonly onStep: (line: string) => void;
}

/** How far clocks may be apart, in milliseconds: an older record of that place was in a topic that is no more. */
const SKEW = 5_000;

/** From a record to the end of the run that it started. True if all went well; the steps say where it stands if not. */
export async function checkKafka({ store, connection, asset, value, patience = 60_000, onStep }: KafkaCheck): Promise<boolean> {
  const { hostname: name, pathname } = new URL(asset);
  const since = Date.now();
  const until = since + patience;
  const topic = pathname.slice(1);
  const at = await send(await kafkaClient(name, connection(name)), topic, value);
  onStep(`sent       to ${topic}, at ${at}`);
  for (; Date.now() < until; await pause(200)) {
    // A record that is no event is a dead letter; both have where it stood at the end of their ids.
    const letter = (await store.listDeadLetters({})).find((one) => one.at >= since - SKEW && one.id.endsWith(`/${at}`));
    if (letter !== undefined) {
      onStep(`refused    ${letter.reason}; headgate dead-letters show ${letter.watcher} ${letter.id}`);
      return false;
    }
    const event = (await store.listEvents({ asset, since: since - SKEW })).find(({ id }) => id.endsWith(`/${at}`));
    if (event !== undefined) return await followEvent({ store, event, patience: until - Date.now(), onStep });
  }
  onStep("nothing of it has come: is its watcher running? headgate watchers list");
  return false;
}

/** Sends one record, and says where it stands: `<partition>:<offset>`. */
async function send(kafka: Kafka, topic: string, value: string): Promise<string> {
  const producer = kafka.producer();
  await producer.connect();
  try {
    const [sent] = await producer.send({ topic, messages: [{ value }] });
    return `${sent?.partition}:${sent?.baseOffset}`;
  } finally {
    await producer.disconnect();
  }
}
