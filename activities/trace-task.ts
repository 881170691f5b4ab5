import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { runContext } from "../client/tracing/run-trace.ts";
import { headgateTracer, isTracing, stamped, toTraceparent } from "../client/tracing/traceparent.ts";
import { messageOf } from "../core/errors.ts";
import type { TaskInput, TaskOutput } from "../core/tasks/task-io.ts";

/**
 * Runs an attempt in a span of its own, inside that of its run: what the handler calls is in it, and the events that it publishes name it.
 * Without an SDK it just runs.
 */
export async function tracedAttempt(input: TaskInput, attempt: number, run: () => Promise<TaskOutput>): Promise<TaskOutput> {
  if (!isTracing()) return await run();
  const { id, temporalRunId, dag } = input.run;
  const attributes = {
    ...{ "headgate.run": id, "headgate.dag": dag, "headgate.task": input.task, "headgate.attempt": attempt },
    ...(input.item === undefined ? {} : { "headgate.item": input.item.index }),
    ...(input.partition === null ? {} : { "headgate.partition": input.partition }),
  };
  const options = { kind: SpanKind.INTERNAL, attributes };
  return await headgateTracer().startActiveSpan(`task ${dag}.${input.task}`, options, runContext(id, temporalRunId), async (span) => {
    try {
      const output = await run();
      return { ...output, outlets: stamped(output.outlets, toTraceparent(span.spanContext())) };
    } catch (error) {
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}
