import { DefaultLogger, Runtime } from "@temporalio/worker";
import type { Logger } from "pino";
import { temporalLine } from "./temporal-line.ts";

let isInstalled = false;

/**
 * Sends the SDK's lines to our log. A process has one Temporal runtime: the first call decides, and it must come before any connection.
 *
 * @param metricsAddress - where the SDK serves its own metrics, `host:port`. Without it, it counts nothing
 */
export function installTemporalLogger(logger: Logger, metricsAddress?: string): void {
  if (isInstalled) return;
  isInstalled = true;
  const child = logger.child({ from: "temporal" });
  const sdkLogger = new DefaultLogger("WARN", ({ level, message, meta }) => {
    // True of the worker on the triggers queue, and meant so.
    if (message.startsWith("No workflows registered")) return;
    // Cancelled sessions and drained polls are how a worker stops.
    const write = level === "ERROR" ? child.error : level === "WARN" ? child.warn : child.debug;
    const { text, fields } = temporalLine(message, meta);
    write.call(child, fields, text);
  });
  const metrics =
    metricsAddress === undefined
      ? {}
      : { metrics: { prometheus: { bindAddress: metricsAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true } } };
  Runtime.install({ logger: sdkLogger, shutdownSignals: [], telemetryOptions: { logging: { forward: {}, filter: "ERROR" }, ...metrics } });
}
