import { kafkaServer } from "../../../scripts/servers/kafka.ts";
import { describeWithServer } from "../../support/servers.ts";
import { sourceContract } from "../source-contract.ts";
import { createTopicWorld } from "./topic-world.ts";

await describeWithServer("Kafka", kafkaServer, (server) => {
  sourceContract("the Kafka source", () => createTopicWorld(server()));
});
