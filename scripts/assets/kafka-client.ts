import type { Kafka } from "kafkajs";
import { parseKafkaUri } from "../../watchers/kafka/connection.ts";

/** A client of Kafka over a connection; `name` is for errors. */
export async function kafkaClient(name: string, uri: string): Promise<Kafka> {
  const { Kafka: create, logLevel } = (await import("kafkajs")).default;
  const { brokers, tls, login } = parseKafkaUri(uri, name);
  return new create({
    clientId: "headgate-scripts",
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    ...(tls === undefined ? {} : { ssl: tls }),
    ...(login === undefined ? {} : { sasl: login as never }),
  });
}
