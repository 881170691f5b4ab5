import type { Kafka } from "kafkajs";

/** What of kafkajs 2.2.4 is used that its types do not show. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findControllerBroker(): Promise<Broker>;
  refreshMetadata(): Promise<void>;
}
interface Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>;
  readonly connectionPool: { send(request: object): Promise<{ readonly topicId: string | undefined }> };
}

const METADATA = 3;
/** The first version that can be relied on to tell ids; its form is flexible, with tagged fields. */
const VERSION = 12;

/**
 * The id of a topic, which changes when it is deleted and made again. kafkajs asks for metadata in a version that has none, so the request is
 * written here, over its connection. Undefined if the broker is older than 2.8, or kafkajs is another one.
 */
export async function readTopicId(kafka: Kafka, topic: string): Promise<string | undefined> {
  const symbol = Object.getOwnPropertySymbols(kafka).find((one) => one.description === "private:Kafka:createCluster");
  const create = symbol === undefined ? undefined : (kafka as unknown as Record<symbol, unknown>)[symbol];
  if (typeof create !== "function") return undefined;
  const cluster = (create as (options: object) => Cluster)({ allowAutoTopicCreation: false });
  await cluster.connect();
  try {
    await cluster.refreshMetadata();
    const broker = await cluster.findControllerBroker();
    if ((broker.versions[METADATA]?.maxVersion ?? 0) < VERSION) return undefined;
    const { topicId } = await broker.connectionPool.send({
      request: { apiKey: METADATA, apiVersion: VERSION, apiName: "Metadata", encode: async () => encoded(metadataRequest(topic)) },
      response: { decode: async (bytes: Buffer) => ({ topicId: readMetadata(bytes) }), parse: async <T>(answer: T) => answer },
    });
    return topicId;
  } finally {
    await cluster.disconnect();
  }
}

/** Behind the header that kafkajs writes: its tagged fields, then the body. */
export function metadataRequest(topic: string): Buffer {
  const name = Buffer.from(topic);
  return Buffer.concat([
    // No tagged fields in the header; one topic: no id, its name, no tagged fields.
    Buffer.from([0, 2]),
    Buffer.alloc(16),
    varint(name.length + 1),
    name,
    // Tagged fields of the topic; do not make it; do not tell operations; tagged fields of the body.
    Buffer.from([0, 0, 0, 0]),
  ]);
}

/** The id of the first topic in the answer; undefined if the topic is not there. */
export function readMetadata(bytes: Buffer): string | undefined {
  let at = 0;
  const uvarint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  // Not `at += uvarint()`: that would take `at` as it was before the length was read.
  const skip = (length: number): void => {
    at += Math.max(0, length);
  };
  const skipText = (): void => skip(uvarint() - 1);
  const skipTags = (): void => {
    for (let left = uvarint(); left > 0; left -= 1) {
      uvarint();
      skip(uvarint());
    }
  };
  skipTags();
  at += 4; // throttle time
  for (let left = uvarint() - 1; left > 0; left -= 1) {
    at += 4; // node id
    skipText();
    at += 4; // port
    skipText();
    skipTags();
  }
  skipText(); // cluster id
  at += 4; // controller
  if (uvarint() < 2) return undefined;
  const error = bytes.readInt16BE(at);
  at += 2;
  skipText(); // name
  return error === 0 ? bytes.subarray(at, at + 16).toString("base64url") : undefined;
}

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.from([value]) : Buffer.from([(value & 0x7f) | 0x80, value >> 7]);
}

/** kafkajs writes what looks like its encoder. */
function encoded(buffer: Buffer): object {
  return { buffer, buf: buffer };
}
