import { expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import { sourceAssetOf } from "../../core/source-asset.ts";
import { files } from "../../watchers/files/index.ts";
import { kafka } from "../../watchers/kafka/index.ts";
import { rabbitmq } from "../../watchers/rabbitmq/index.ts";
import { s3 } from "../../watchers/s3/index.ts";
import { sqs } from "../../watchers/sqs/index.ts";

const orders = sourceAssetOf(asset("sqs://eu/orders"));
const bucket = sourceAssetOf(asset("s3://lake/raw"));

it.each([
  ["sqs takes from its queue", sqs({ connection: "eu" }).takesFrom?.(orders), "sqs://eu/orders"],
  ["sqs by a URL", sqs({ queue: "https://sqs.eu.example/1/orders" }).takesFrom?.(orders), "sqs://sqs.eu.example/1/orders"],
  ["s3 takes its notifications from the same name", s3({ connection: "eu", notifications: { queue: "orders" } }).takesFrom?.(bucket), "sqs://eu/orders"],
  ["also by a connection of its own", s3({ notifications: { queue: "orders", connection: "eu" } }).takesFrom?.(bucket), "sqs://eu/orders"],
  ["s3 that only lists takes nothing", s3().takesFrom?.(bucket), undefined],
  ["rabbitmq takes from its queue", rabbitmq().takesFrom?.(sourceAssetOf(asset("amqp://broker/orders"))), "amqp://broker/orders"],
  ["kafka gives everybody everything", kafka().takesFrom?.(sourceAssetOf(asset("kafka://main/orders"))), undefined],
  ["and so do files", files().takesFrom?.(sourceAssetOf(asset("file:///lake"))), undefined],
])("%s", (_, name, expected) => {
  expect(name).toBe(expected);
});
