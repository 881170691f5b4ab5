import { randomBytes } from "node:crypto";

interface Wanted {
  readonly traceId: string;
  readonly spanId: string;
}

let wanted: Wanted | undefined;

/** Starts a span under ids that are known beforehand, if the SDK of this process takes its ids from `createSpanIds`. `start` must be synchronous. */
export function withSpanIds<T>(ids: Wanted, start: () => T): T {
  wanted = ids;
  try {
    return start();
  } finally {
    wanted = undefined;
  }
}

/**
 * Makes the `idGenerator` of an OpenTelemetry SDK: random ids, but for the span of a run, whose tasks name it before it is recorded. With another
 * generator the spans of a run are siblings in its trace, in place of a tree.
 *
 * @example
 * const provider = new NodeTracerProvider({ idGenerator: createSpanIds(), spanProcessors: [new BatchSpanProcessor(exporter)] });
 */
export function createSpanIds(): { generateTraceId(): string; generateSpanId(): string } {
  return {
    generateTraceId: () => wanted?.traceId ?? randomBytes(16).toString("hex"),
    generateSpanId: () => wanted?.spanId ?? randomBytes(8).toString("hex"),
  };
}
