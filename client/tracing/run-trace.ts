import { createHash } from "node:crypto";
import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from "@opentelemetry/api";

/** The trace of a run: its own one, since what it consumed may be of many. */
export interface RunTrace {
  readonly traceId: string;
  /** Span of the decision to start it, the first of the trace. */
  readonly decision: string;
  /** Span of the run, in which its tasks are. */
  readonly run: string;
}

/** The ids follow from which run it is. So tasks on any worker know the span they are in before it is recorded, and no history has to carry it. */
export function runTrace(run: string, temporalRunId: string): RunTrace {
  const hex = createHash("sha256").update(`headgate trace ${run} ${temporalRunId}`).digest("hex");
  return { traceId: hex.slice(0, 32), decision: hex.slice(32, 48), run: hex.slice(48, 64) };
}

export function spanOf(traceId: string, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** What is in the span of a run. */
export function runContext(run: string, temporalRunId: string): Context {
  const { traceId, run: spanId } = runTrace(run, temporalRunId);
  return trace.setSpanContext(ROOT_CONTEXT, spanOf(traceId, spanId));
}
