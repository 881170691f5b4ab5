import { fileURLToPath } from "node:url";
import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { mark } from "../mark.ts";

/** The worker process of the bare side. `argv`: address, task queue. */
const [, , address = "", taskQueue = ""] = process.argv;
Runtime.install({ logger: new DefaultLogger("ERROR"), telemetryOptions: { logging: { forward: {}, filter: "ERROR" } } });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL("./workflows.ts", import.meta.url)),
  maxCachedWorkflows: 500,
  activities: {
    mark: async (event: { id: string }) => {
      mark(event.id);
      return event.id;
    },
    next: async (n: number) => n + 1,
    list: async () => Array.from({ length: 1_000 }, (_, n) => n),
  },
});
process.once("disconnect", () => worker.shutdown());
process.send?.({ kind: "ready" });
await worker.run();
process.exit();
