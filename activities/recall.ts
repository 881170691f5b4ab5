import { Context } from "@temporalio/activity";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import type { temporal } from "@temporalio/proto";
import type { AssetEvent } from "../core/event.ts";
import { eventIdentity } from "../core/event-identity.ts";
import type { Fact } from "../core/fact.ts";
import { countThatFit, jsonLength, LIMITS } from "../core/limits.ts";
import type { DecidedStart, RunStart, UnstartedRun } from "../core/run.ts";
import { SHARD_BATCH } from "../core/shard-protocol.ts";
import type { RegistryActivities } from "../workflows/ports.ts";

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads;
/** What the router of a registry in shards sends the others, as far as it says which event had which number. */
type Batches = readonly { readonly inputs: readonly { readonly kind: string; readonly events?: readonly AssetEvent[] }[] }[];

/** Bytes of starts in one answer. */
const ANSWER = 4 * LIMITS.activityBytes;

/** Activities and children whose input is facts. */
const FACT_TAKERS: ReadonlySet<string> = new Set(["project", "startProjector", "factProjector"]);

/** The activity by which a registry that was reset learns what it had decided after the task that it was reset to. */
export function createRecall({ client }: { readonly client: Client }): RegistryActivities["recall"] {
  const { payloadConverter } = client.options.loadedDataConverter;

  async function historyOf(workflowId: string, runId: string): Promise<readonly HistoryEvent[]> {
    try {
      return (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
    } catch (error) {
      // Its retention is over: then its runs have long ended.
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
  }

  /** What a life of the registry wrote down from an event on, with the lives that it had been reset from and that it went on as. */
  async function* undone(workflowId: string, runId: string, from: number): AsyncGenerator<HistoryEvent> {
    for (const event of (await historyOf(workflowId, runId)).slice(from - 1)) {
      yield event;
      const earlier = resetOf(event);
      if (earlier !== undefined) yield* undone(workflowId, earlier, Number(event.eventId));
      const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (next != null) yield* undone(workflowId, next, 1);
    }
  }

  function first<T>(input: Payloads | null | undefined): T {
    return payloadConverter.fromPayload<T>(input?.payloads?.[0] as Payload);
  }

  function note(event: HistoryEvent, starts: Map<string, DecidedStart>, facts: Fact[], routed: AssetEvent[]): void {
    const at = Number(event.eventTime?.seconds ?? 0) * 1_000;
    const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
    const activity = event.activityTaskScheduledEventAttributes;
    const type = child?.workflowType?.name ?? activity?.activityType?.name;
    if (type != null && FACT_TAKERS.has(type)) facts.push(...first<{ facts: readonly Fact[] }>((child ?? activity)?.input).facts);
    else if (event.signalExternalWorkflowExecutionInitiatedEventAttributes?.signalName === SHARD_BATCH) {
      // What other shards have taken under a number keeps it, whether or not its fact was on the way to the store.
      for (const batch of first<Batches>(event.signalExternalWorkflowExecutionInitiatedEventAttributes.input))
        for (const input of batch.inputs) if (input.kind === "accepted") routed.push(...(input.events ?? []));
    } else if (type === "dispatch") for (const start of first<{ starts: readonly RunStart[] }>(activity?.input).starts) starts.set(start.id, { start, at });
    else if (child?.workflowId != null && child.workflowType?.name != null && child.taskQueue?.name != null) {
      const input = first<RunStart["input"]>(child.input);
      starts.set(child.workflowId, { start: { id: child.workflowId, dag: child.workflowType.name, taskQueue: child.taskQueue.name, input }, at });
    }
  }

  return async function recall({ after }) {
    const { workflowId, runId } = Context.current().info.workflowExecution as { workflowId: string; runId: string };
    const starts = new Map<string, DecidedStart>();
    const facts: Fact[] = [];
    const routed: AssetEvent[] = [];
    for (const sign of await historyOf(workflowId, runId)) {
      const former = resetOf(sign);
      if (former !== undefined) for await (const event of undone(workflowId, former, Number(sign.eventId))) note(event, starts, facts, routed);
    }
    const ordered = [...starts.values()].filter(({ start }) => sequenceOf(start) > after).sort((a, b) => sequenceOf(a.start) - sequenceOf(b.start));
    const page = ordered.slice(0, countThatFit(ordered, jsonLength, ANSWER));
    return {
      starts: page,
      events: after === 0 ? numbersOf(facts, routed) : [],
      unstarted: after === 0 ? unstartedOf(facts, starts) : [],
      facts: facts.reduce((most, fact) => Math.max(most, fact.n), 0),
      more: page.length < ordered.length,
    };
  };
}

/** The run that this one was cut off from, if the event is the cut: the failed task that a reset leaves behind. */
function resetOf(event: HistoryEvent): string | undefined {
  return event.workflowTaskFailedEventAttributes?.baseRunId || undefined;
}

function sequenceOf(start: RunStart): number {
  return start.input.decision.sequence;
}

/** The numbers that accepted events had: the store has them under these. */
function numbersOf(facts: readonly Fact[], routed: readonly AssetEvent[]): readonly (readonly [identity: string, seq: number])[] {
  const events = [...facts.flatMap((fact) => (fact.kind === "event" ? [fact.event] : [])), ...routed];
  return events.map((event) => [eventIdentity(event), event.seq] as const);
}

function unstartedOf(facts: readonly Fact[], starts: ReadonlyMap<string, DecidedStart>): readonly UnstartedRun[] {
  return facts.flatMap((fact): UnstartedRun[] => {
    if (fact.kind !== "run" || fact.status !== "running" || starts.has(fact.run)) return [];
    const { run, dag, partition, key, plan, cause, startedAt } = fact;
    return [{ run, dag, partition, key, plan, cause, startedAt }];
  });
}
