import { type Context, type Link, ROOT_CONTEXT, type Span, SpanKind, type SpanOptions, SpanStatusCode, trace } from "@opentelemetry/api";
import { runTrace, spanOf } from "../client/tracing/run-trace.ts";
import { withSpanIds } from "../client/tracing/span-ids.ts";
import { fromTraceparent, headgateTracer, toTraceparent } from "../client/tracing/traceparent.ts";
import type { ConsumedTrace, RunReport } from "../workflows/ports.ts";

/**
 * Records the trace of a run that ended: the decision to start it, from the acceptance of the last event that it took, and the run, in which its tasks
 * recorded their spans already. Both have links to the spans that its events come from. It is recorded at the end, since nobody holds a span open over
 * workers that come and go.
 */
export function traceRun(report: RunReport, { startedAt, consumed }: { readonly startedAt: number; readonly consumed?: ConsumedTrace | undefined }): void {
  const tracer = headgateTracer();
  const { traceId, decision, run } = runTrace(report.run, report.temporalRunId);
  const links = (consumed?.links ?? []).flatMap((text): Link[] => {
    const context = fromTraceparent(text);
    return context === undefined ? [] : [{ context }];
  });
  const attributes = {
    "headgate.run": report.run,
    "headgate.dag": report.dag,
    "headgate.temporal_run_id": report.temporalRunId,
    ...(report.partition == null ? {} : { "headgate.partition": report.partition }),
  };
  /** Where the SDK makes its own ids, spans of this trace name the run's as their parent, and lie side by side. */
  const beside = trace.setSpanContext(ROOT_CONTEXT, spanOf(traceId, run));
  const start = (name: string, spanId: string, options: SpanOptions, parent: Context): Span => {
    const span = withSpanIds({ traceId, spanId }, () => tracer.startSpan(name, { ...options, attributes, links }, parent));
    return span.spanContext().spanId === spanId ? span : tracer.startSpan(name, { ...options, attributes, links }, beside);
  };

  const decided = start(`decide ${report.dag}`, decision, { startTime: new Date(Math.min(consumed?.acceptedAt ?? startedAt, startedAt)) }, ROOT_CONTEXT);
  decided.end(new Date(startedAt));
  const ran = start(`run ${report.dag}`, run, { kind: SpanKind.CONSUMER, startTime: new Date(startedAt) }, trace.setSpan(ROOT_CONTEXT, decided));
  ran.setAttribute("headgate.status", report.status);
  if (report.status === "failed") ran.setStatus({ code: SpanStatusCode.ERROR, ...(report.error === undefined ? {} : { message: report.error }) });
  ran.end();
}

/** What events of a run carry that none of its tasks published. */
export function runTraceparent(run: string, temporalRunId: string): string | undefined {
  const ids = runTrace(run, temporalRunId);
  return toTraceparent(spanOf(ids.traceId, ids.run));
}
