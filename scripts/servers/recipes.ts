import { airflowServer } from "./airflow.ts";
import { kafkaServer } from "./kafka.ts";
import { postgresServer } from "./postgres.ts";
import { pubsubServer } from "./pubsub.ts";
import { rabbitmqServer } from "./rabbitmq.ts";
import { s3Server } from "./s3.ts";
import type { ServerRecipe } from "./server.ts";
import { serviceBusServer } from "./service-bus.ts";
import { sftpServer } from "./sftp.ts";
import { sqsServer } from "./sqs.ts";

/** Every server that `npm run servers` knows. */
export const RECIPES: readonly ServerRecipe[] = [
  airflowServer,
  kafkaServer,
  postgresServer,
  pubsubServer,
  rabbitmqServer,
  s3Server,
  serviceBusServer,
  sftpServer,
  sqsServer,
];
