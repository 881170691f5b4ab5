import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";
import { createStallBeats } from "../../activities/stall-beats.ts";
import { nothingHeard, runActivities } from "./run-world.ts";

/** A worker of tasks only, in a process that a test kills: `mortal-worker.ts <address> <namespace> <task queue>`. */
const [address, namespace, taskQueue] = process.argv.slice(2) as [string, string, string];
Runtime.install({ logger: new DefaultLogger("ERROR") });
const connection = await NativeConnection.connect({ address });
const stallBeats = createStallBeats({ address, namespace, identity: "mortal" });
const { default: task } = runActivities(nothingHeard(), { searchAttributes: false, heartbeatEvery: 500, stallBeats });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  activities: { default: task },
  maxHeartbeatThrottleInterval: "500ms",
  shutdownGraceTime: "200ms",
});
process.once("SIGTERM", () => worker.shutdown());
process.send?.("ready");
await worker.run();
await stallBeats.close();
await connection.close();
process.disconnect?.();
