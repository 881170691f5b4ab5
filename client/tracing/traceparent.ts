import { context, isSpanContextValid, ProxyTracerProvider, ROOT_CONTEXT, type SpanContext, SpanKind, TraceFlags, type Tracer, trace } from "@opentelemetry/api";
import type { EventInput } from "../../core/event.ts";
import { isTraceparent } from "../../core/traceparent.ts";

/** The spans of Headgate. Without an SDK in this process each of them is nothing, and costs nothing. */
export function headgateTracer(): Tracer {
  return trace.getTracer("headgate");
}

/** Whether somebody in this process records spans. */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer("headgate") !== undefined;
}

export function toTraceparent(span: SpanContext): string | undefined {
  if (!isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, "0")}`;
}

export function fromTraceparent(text: unknown): SpanContext | undefined {
  if (!isTraceparent(text)) return undefined;
  const [, traceId = "", spanId = "", flags = "00"] = text.split("-");
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}

/** Of the span in which this is called. */
export function activeTraceparent(): string | undefined {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? undefined : toTraceparent(span);
}

/** The events with where they come from; those that say it already stay as they are. */
export function stamped<E extends EventInput>(events: readonly E[], traceparent: string | undefined): readonly E[] {
  return traceparent === undefined ? events : events.map((event) => (event.traceparent === undefined ? { ...event, traceparent } : event));
}

/**
 * Where events come from that a request brought: the span in which it is served, if this process has one, in the trace of the sender;
 * else what the sender said.
 */
export function requestTraceparent(header: string | undefined): string | undefined {
  const active = activeTraceparent();
  if (active !== undefined) return active;
  const sender = fromTraceparent(header);
  if (!isTracing()) return sender === undefined ? undefined : header;
  const parent = sender === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, sender);
  const span = headgateTracer().startSpan("POST /v1/events", { kind: SpanKind.SERVER }, parent);
  span.end();
  return toTraceparent(span.spanContext());
}
