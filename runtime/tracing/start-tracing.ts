import type { Logger } from "pino";
import { createSpanIds } from "../../client/tracing/span-ids.ts";
import { isTracing } from "../../client/tracing/traceparent.ts";
import { messageOf } from "../../core/errors.ts";

export interface RunningTracing {
  /** Sends what is recorded and not yet sent. */
  stop(): Promise<void>;
}

/**
 * Sends the spans of this process to an OpenTelemetry collector, which the SDK finds by its own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, headers,
 * sampling, the name of the service). The SDK is the project's: without `@opentelemetry/sdk-trace-node` and `@opentelemetry/exporter-trace-otlp-http`
 * it is said once, and nothing is recorded. A project that started an SDK of its own before keeps that one.
 */
export async function startTracing(logger: Logger): Promise<RunningTracing | undefined> {
  if (isTracing()) return undefined;
  try {
    const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }] = await Promise.all([
      import("@opentelemetry/sdk-trace-node"),
      import("@opentelemetry/exporter-trace-otlp-http"),
    ]);
    const provider = new NodeTracerProvider({ idGenerator: createSpanIds(), spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
    provider.register();
    return { stop: () => provider.shutdown() };
  } catch (error) {
    logger.warn(
      { error: messageOf(error) },
      "a collector of traces is configured, and OpenTelemetry's SDK is not installed: npm install @opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-http",
    );
    return undefined;
  }
}
