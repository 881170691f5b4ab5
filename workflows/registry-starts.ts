import {
  type ChildWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  rootCause,
  startChild,
  TerminatedFailure,
  type Workflow,
  WorkflowIdReusePolicy,
} from "@temporalio/workflow";
import { decisionMemo } from "../core/decision-memo.ts";
import { countThatFit, jsonLength, LIMITS } from "../core/limits.ts";
import { DECISION_MEMO } from "../core/registry-protocol.ts";
import type { RunEnded, RunStart } from "../core/run.ts";
import type { RegistryActivities, RunToLookAt } from "./ports.ts";

/** Dispatch activities in flight at once, and starts in one of them. */
const LANES = 2;
const STARTS_PER_DISPATCH = 100;
/** Inputs of children that are asked for and have not started. */
const CHILDREN_BYTES = 4 * LIMITS.activityBytes;

export interface StartOutflow {
  /** Starts what one evaluation decided. */
  start(starts: readonly RunStart[]): void;
  /** Decided starts whose dispatch is not acknowledged. */
  unacknowledged(): readonly RunStart[];
  /** Children that were asked for and have not started: a continue-as-new would lose them. */
  starting(): number;
  /** Runs of which nobody has said that they exist: they are not there yet, and not gone. */
  underWay(): ReadonlySet<string>;
}

export interface StartOutflowOptions {
  readonly childStartLimit: number;
  /** Starts that the former run of the registry had not heard an answer to. */
  readonly carried: readonly RunStart[];
  ended(end: RunEnded): void;
  /** A run that was terminated, or reset. */
  suspect(run: RunToLookAt): void;
  changed(): void;
}

/**
 * The two ways to start a run. As a child: a command atomic with the decision, and visible as parent and child. By the
 * dispatch activity: about twice as many starts a second. While a dispatch is under way everything goes behind it.
 */
export function createStartOutflow(options: StartOutflowOptions): StartOutflow {
  const { childStartLimit, carried, ended, suspect, changed } = options;
  const { dispatch } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "2 minutes",
    heartbeatTimeout: "15s",
    retry: { initialInterval: "200ms", backoffCoefficient: 2, maximumInterval: "5s" },
    summary: "starts runs",
  });
  const children = new Set<RunStart>();
  const inFlight = new Set<readonly RunStart[]>();
  let waiting: readonly RunStart[] = carried;
  let gathers: boolean | undefined;
  dispatchWaiting();

  function start(starts: readonly RunStart[]): void {
    if (starts.length === 0) return;
    const few = starts.length <= childStartLimit && waiting.length === 0 && inFlight.size === 0 && fitOneTask(starts);
    if (few && !isBusy()) for (const one of starts) startAsChild(one);
    else waiting = [...waiting, ...starts];
    dispatchWaiting();
  }

  /**
   * Children of an earlier evaluation have not started. For each child the server has to hold this workflow several times, and one that is
   * signalled all the while is hardly ever free: it tries again after seconds. By then many starts fit one dispatch.
   */
  function isBusy(): boolean {
    if (children.size === 0) return false;
    // Decided once for each run: a history of an earlier release goes on as it began.
    gathers ??= patched("busy-starts-go-by-dispatch");
    return gathers;
  }

  /** Commands of one workflow task may have 4 MB together: the server terminates a workflow that has more. */
  function fitOneTask(starts: readonly RunStart[]): boolean {
    return [...children, ...starts].reduce((bytes, { input }) => bytes + jsonLength(input), 0) <= CHILDREN_BYTES;
  }

  function dispatchWaiting(): void {
    while (waiting.length > 0 && inFlight.size < LANES) {
      const starts = takeChunk();
      inFlight.add(starts);
      void dispatch({ starts }).then((reply) => {
        inFlight.delete(starts);
        for (const end of reply.refused) ended(end);
        dispatchWaiting();
        changed();
      });
    }
  }

  function takeChunk(): readonly RunStart[] {
    const count = countThatFit(waiting, jsonLength, LIMITS.activityBytes, STARTS_PER_DISPATCH);
    const chunk = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return chunk;
  }

  function startAsChild(one: RunStart): void {
    children.add(one);
    void startChild(one.dag, {
      args: [one.input],
      workflowId: one.id,
      taskQueue: one.taskQueue,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      memo: { [DECISION_MEMO]: decisionMemo(one.input) },
    }).then(
      (handle) => {
        children.delete(one);
        watchChild(one, handle);
        changed();
      },
      () => {
        // The id is taken: by this very decision of a former life, or by a stranger. The dispatch activity finds out.
        children.delete(one);
        waiting = [...waiting, one];
        dispatchWaiting();
        changed();
      },
    );
  }

  /** A run reports its own end; the close of the child tells of those that could not: terminated, timed out, failed before. */
  function watchChild(one: RunStart, handle: ChildWorkflowHandle<Workflow>): void {
    const end = (status: RunEnded["status"], error?: string): void => {
      ended({
        run: one.id,
        temporalRunId: handle.firstExecutionRunId,
        dag: one.dag,
        status,
        partition: one.input.partition ?? null,
        outlets: [],
        ...(error === undefined ? {} : { error }),
      });
      changed();
    };
    void handle.result().then(
      () => end("succeeded"),
      (error: unknown) => {
        // A reset also terminates the run that it begins anew.
        if (rootIsTermination(error)) suspect({ run: one.id, dag: one.dag, partition: one.input.partition ?? null, temporalRunId: handle.firstExecutionRunId });
        else end(isCancellation(error) ? "cancelled" : "failed", rootCause(error) ?? "closed without an error message");
      },
    );
  }

  return {
    start,
    unacknowledged: () => [...[...inFlight].flat(), ...waiting],
    starting: () => children.size,
    underWay: () => new Set([...children, ...[...inFlight].flat(), ...waiting].map((one) => one.id)),
  };
}

function rootIsTermination(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (cause instanceof TerminatedFailure) return true;
  return false;
}
