import { DefaultLogger, Runtime, type Logger as TemporalLogger } from "@temporalio/worker";
import type { Logger } from "pino";

let installed: TemporalLogger | undefined;

/** Sends the SDK's lines to our log. A process has one Temporal runtime: the first call decides. */
export function installTemporalLogger(logger: Logger): TemporalLogger {
  if (installed) return installed;
  const child = logger.child({ from: "temporal" });
  installed = new DefaultLogger("WARN", ({ level, message, meta }) => {
    // True of the worker on the triggers queue, and meant so.
    if (message.startsWith("No workflows registered")) return;
    // Cancelled sessions and drained polls are how a worker stops.
    const write = level === "ERROR" ? child.error : level === "WARN" ? child.warn : child.debug;
    write.call(child, meta ?? {}, message);
  });
  Runtime.install({ logger: installed, shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter: "ERROR" } } });
  return installed;
}
