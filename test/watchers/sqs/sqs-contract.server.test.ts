import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { watch } from "../../../core/authoring/watch.ts";
import type { JsonObject } from "../../../core/json.ts";
import { sqsServer } from "../../../scripts/servers/sqs.ts";
import { sqs } from "../../../watchers/sqs/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { type SourceWorld, sourceContract } from "../source-contract.ts";
import { createQueueWorld } from "./queue-world.ts";

const orders = asset("sqs://queues/orders", { partitions: daily() });

await describeWithServer("on a real SQS server", sqsServer, (server) => {
  const kinds = [
    { kind: "standard", fifo: false },
    { kind: "FIFO", fifo: true },
  ];
  for (const { kind, fifo } of kinds) {
    sourceContract(
      `the SQS source on a ${kind} queue`,
      async (): Promise<SourceWorld> => {
        const world = await createQueueWorld(server(), { fifo });
        const source = sqs({ connection: world.connection, queue: world.queue, key: "name", visibility: "2s" });
        return {
          watcher: (startAt) =>
            watch("orders", source, { publishes: orders, every: "30ms", startAt, map: ({ body }) => body as { data: JsonObject; partition: string } }),
          put: (name) => world.send({ name, data: { name }, partition: "2026-11-23" }),
          putPoison: (name) => world.send({ name, data: { name }, partition: "someday" }),
          nameOf: (event) => String(event.data?.name),
          dispose: world.dispose,
        };
      },
      undefined,
      { forgets: true },
    );
  }
});
