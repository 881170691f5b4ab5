import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  continueAsNew,
  defineQuery,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import type { Json } from "../core/json.ts";
import type { PlanMap, PlanTask } from "../core/plan.ts";
import type { TaskStatus } from "../core/run.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import { advanceMap, type MapCarry, type MapCommand, type MapEvent, type MapState, startMap } from "../interpreter/index.ts";
import { createOutletLane } from "./outlet-lane.ts";
import { createPoolTurns } from "./pool-turns.ts";
import { startInPool } from "./pooled-task.ts";
import { impatient, logUnheard } from "./run-activities.ts";
import { codeOf, reasonOf } from "./run-failure.ts";
import { startTask, type TaskCommon } from "./start-task.ts";
import { completedEvent, failedEvent, type MapFailureDetails } from "./task-end.ts";

/** The server warns at 10,240 events; each item makes three, and up to three more for the workflow tasks around it. */
const HISTORY_EVENTS = 8_000;
const HISTORY_BYTES = 12 * 1024 * 1024;

export interface MapInput {
  readonly task: PlanTask;
  readonly common: TaskCommon;
  /** What is left of the list: the first one is item `carry.next`. */
  readonly items: readonly Json[];
  readonly carry?: MapCarry;
  /** Events of one life. @default 8,000 */
  readonly historyLimit?: number;
}

/** Reply of the query `progress`. */
export interface MapProgress {
  readonly total: number;
  readonly ended: number;
  readonly running: number;
  readonly failed: number;
  readonly skipped: number;
}
export const mapProgressQuery = defineQuery<MapProgress>("progress");

type EndCommand = Extract<MapCommand, { kind: "end" }>;

/**
 * The items of one map: one activity each, so many at once. When its history is long it lets what runs end, and continues as new with
 * what is left and what came out so far. What items publish goes to the registry once their completion is in this history.
 */
export async function mapItems(input: MapInput): Promise<TaskOutput> {
  const { task, common } = input;
  const map = task.map as PlanMap;
  const facts = { task: task.id, limit: map.limit, whenFailed: map.whenFailed, retries: task.retries };
  const first = input.carry?.next ?? 0;
  const lane = createOutletLane(common.run.id);
  const turns = createPoolTurns();
  const failures = new Map<number, unknown>();
  let state: MapState;
  setHandler(mapProgressQuery, () => toProgress(state));
  if (input.carry === undefined) await record("running");

  const last = await new Promise<Exclude<MapCommand, { kind: "schedule" | "publish" }>>((resolve, reject) => {
    const scope = CancellationScope.current();
    let cancelled = false;

    function carryOut(commands: readonly MapCommand[]): void {
      for (const command of commands) {
        if (command.kind === "schedule") schedule(command);
        else if (command.kind === "publish") lane.add(command.outlets);
        else resolve(command);
      }
      setCurrentDetails(progressText(state));
    }

    function take(event: MapEvent): void {
      // An item that is cancelled with its run can be heard of before the cancellation itself.
      if (event.kind !== "cancel" && scope.consideredCancelled && !cancelled) take({ kind: "cancel" });
      if (event.kind === "cancel") cancelled = true;
      carryOut(advanceMap(facts, state, event));
      if (state.hold === undefined && isLong(input.historyLimit)) carryOut(advanceMap(facts, state, { kind: "carry" }));
    }

    function schedule({ index, round, attemptsBefore, retries }: Extract<MapCommand, { kind: "schedule" }>): void {
      const start = { round, attemptsBefore, retries, input: {}, item: { index, value: input.items[index - first] ?? null } };
      (task.pool === undefined ? startTask(task, start, common) : startInPool(task, start, common, turns))
        .then(
          (result) => take(toItemEvent(completedEvent(task, result), index)),
          (error: unknown) => {
            const event = failedEvent(task, error);
            if (event.kind === "failed" && failures.size === 0) failures.set(index, error);
            take(toItemEvent(event, index));
          },
        )
        .catch(reject);
    }

    scope.cancelRequested
      .catch(() => {
        if (!cancelled) take({ kind: "cancel" });
      })
      .catch(reject);

    const begun = startMap(facts, input.carry ?? input.items.length);
    state = begun.state;
    carryOut(begun.commands);
  });

  const refusal = await lane.idle();
  if (refusal !== undefined) return await fail(`what its items published was refused: ${reasonOf(refusal)}`, codeOf(refusal) ?? "E_EVENT", [], refusal);
  if (last.kind === "carry") return await continueAsNew<typeof mapItems>({ ...input, items: input.items.slice(last.carry.next - first), carry: last.carry });
  return await close(last);

  async function close(end: EndCommand): Promise<TaskOutput> {
    switch (end.status) {
      case "succeeded":
        await record("succeeded", whatBecame(state));
        return { value: end.value, outlets: [], published: end.published };
      case "cancelled":
        await record("cancelled", whatBecame(state));
        throw new CancelledFailure("the map was cancelled");
      case "failed":
        return await fail(end.error, end.code, end.published, end.item === undefined ? undefined : failures.get(end.item));
    }
  }

  async function fail(message: string, code: string, published: readonly string[], cause?: unknown): Promise<never> {
    await record("failed", message);
    const details: MapFailureDetails = { published };
    const below = cause instanceof Error ? cause : undefined;
    throw ApplicationFailure.create({ message, type: code, nonRetryable: true, details: [details], ...(below === undefined ? {} : { cause: below }) });
  }

  /** For people: a map has no activity of its own that could say it. */
  async function record(status: TaskStatus, why?: string): Promise<void> {
    const { id, temporalRunId, dag } = common.run;
    await CancellationScope.nonCancellable(() =>
      impatient.recordTask({ run: id, temporalRunId, dag, task: task.id, status, at: Date.now(), ...(why === undefined ? {} : { why }) }),
    ).catch(logUnheard);
  }
}

function isLong(limit = HISTORY_EVENTS): boolean {
  const { historyLength, historySize } = workflowInfo();
  return historyLength > limit || historySize > HISTORY_BYTES;
}

function toItemEvent(event: ReturnType<typeof completedEvent>, index: number): MapEvent {
  switch (event.kind) {
    case "cancel":
    case "deadline":
      return { kind: "cancel" };
    case "completed":
      return { kind: "completed", index, output: event.output };
    case "failed":
      return { kind: "failed", index, error: event.error, ...(event.code === undefined ? {} : { code: event.code }) };
    case "lost":
      return { kind: "lost", index, attempts: event.attempts };
    case "cancelled":
      return { kind: "cancelled", index };
  }
}

function toProgress(state: MapState | undefined): MapProgress {
  if (state === undefined) return { total: 0, ended: 0, running: 0, failed: 0, skipped: 0 };
  const { total, next, running, failed, skipped } = state;
  return { total, ended: next - running.size, running: running.size, failed, skipped };
}

/** As a person reads it in the list of tasks. */
function whatBecame(state: MapState): string {
  const { total, ended, failed, skipped } = toProgress(state);
  const parts = [ended === total ? `${total} items` : `${ended} of ${total} items`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(", ");
}

function progressText(state: MapState): string {
  const { total, ended, running, failed, skipped } = toProgress(state);
  return `**${ended} of ${total} items** ended, ${running} running, ${failed} failed, ${skipped} skipped`;
}
