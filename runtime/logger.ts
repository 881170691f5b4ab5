import { context, isSpanContextValid, trace } from "@opentelemetry/api";
import { type DestinationStream, type Logger, pino } from "pino";

/** Names of fields whose values are never logged, wherever a caller puts them one or two levels deep. */
const SECRET = ["password", "token", "apiKey", "secret", "authorization", "databaseUrl", "connectionString", "uri"];

export interface LoggerOptions {
  readonly level?: string;
  /** Where lines go. @default stderr, as stdout is for results */
  readonly destination?: DestinationStream;
}

/** One JSON line for each entry: `{"level":"info","time":"2026-11-23T10:00:00.000Z","msg":"..."}`. */
export function createLogger({ level = "info", destination = pino.destination({ dest: 2, sync: true }) }: LoggerOptions = {}): Logger {
  return pino(
    {
      level,
      base: null,
      mixin: spanFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`]), censor: "(secret)" },
    },
    destination,
  );
}

/** A line that is written in a span names it, as OpenTelemetry's own logs do. */
function spanFields(): object {
  const span = trace.getSpanContext(context.active());
  return span === undefined || !isSpanContextValid(span) ? {} : { traceId: span.traceId, spanId: span.spanId };
}
