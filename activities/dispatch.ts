import { Context } from "@temporalio/activity";
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from "@temporalio/client";
import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from "@temporalio/common";
import { decisionMemo } from "../core/decision-memo.ts";
import { messageOf } from "../core/errors.ts";
import { SEARCH_ATTRIBUTES } from "../core/names.ts";
import { DECISION_MEMO } from "../core/registry-protocol.ts";
import type { LoadedPlan, RunEnded, RunStart } from "../core/run.ts";
import type { RegistryActivities } from "../workflows/ports.ts";

const AT_ONCE = 20;
/** gRPC: the server will never take this start. */
const INVALID_ARGUMENT = 3;

const dagKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.dag, SearchAttributeType.KEYWORD);
const partitionKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.partition, SearchAttributeType.KEYWORD);

export interface DispatchOptions {
  readonly client: Client;
  /** The namespace has our search attributes. */
  readonly searchAttributes: boolean;
  /** What the run would load first, if this worker has it at hand: it saves the run a step. */
  loadedPlan(start: RunStart): Promise<LoadedPlan | undefined>;
}

/**
 * The activity that starts runs by client. Its list may be given again after a crash: a run that is already there counts as
 * started if its memo names the same decision about the same events; a stranger under that id refuses the start.
 */
export function createDispatch(deps: DispatchOptions): RegistryActivities["dispatch"] {
  async function startOne(start: RunStart): Promise<RunEnded | undefined> {
    const loaded = await deps.loadedPlan(start);
    try {
      await deps.client.workflow.start(start.dag, {
        workflowId: start.id,
        taskQueue: start.taskQueue,
        args: [loaded === undefined ? start.input : { ...start.input, loaded }],
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        memo: { [DECISION_MEMO]: decisionMemo(start.input) },
        ...(deps.searchAttributes ? { typedSearchAttributes: attributesOf(start) } : {}),
      });
      return undefined;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return await compareWithExisting(start);
      if ((error as { code?: unknown; cause?: { code?: unknown } }).cause?.code !== INVALID_ARGUMENT) throw error;
      return refused(start, `the server refused the start: ${messageOf(error)}`);
    }
  }

  async function compareWithExisting(start: RunStart): Promise<RunEnded | undefined> {
    const existing = await deps.client.workflow.getHandle(start.id).describe();
    if (existing.memo?.[DECISION_MEMO] === decisionMemo(start.input)) return undefined;
    return refused(start, `a workflow with the id "${start.id}" exists that another decision started`);
  }

  return async function dispatch({ starts }) {
    const queue = [...starts];
    const refusals: RunEnded[] = [];
    async function work(): Promise<void> {
      for (let start = queue.shift(); start !== undefined; start = queue.shift()) {
        const refusal = await startOne(start);
        if (refusal) refusals.push(refusal);
        Context.current().heartbeat();
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { refused: refusals };
  };
}

function attributesOf(start: RunStart): SearchAttributePair[] {
  const { partition } = start.input;
  return [{ key: dagKey, value: start.dag }, ...(partition ? [{ key: partitionKey, value: partition }] : [])];
}

function refused(start: RunStart, error: string): RunEnded {
  return { run: start.id, temporalRunId: "", dag: start.dag, status: "failed", partition: start.input.partition ?? null, outlets: [], error };
}
