import { rabbitmqServer } from "../../../scripts/servers/rabbitmq.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { describeWithServer } from "../../support/servers.ts";
import { sourceContract } from "../source-contract.ts";
import { createQueueWorld } from "./queue-world.ts";

await describeWithServer("RabbitMQ", rabbitmqServer, (server) => {
  const memory = async () => {
    const outbox = createMemoryOutbox();
    return { outbox, deadLetters: async (watcher: string) => outbox.view(watcher).deadLetters };
  };
  for (const type of ["classic", "quorum"] as const) {
    sourceContract(`the RabbitMQ source on a ${type} queue`, () => createQueueWorld(server(), type), memory, { forgets: true });
  }
});
