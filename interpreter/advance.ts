import type { EventInput } from "../core/event.ts";
import { LIMITS } from "../core/limits.ts";
import type { PlanTask } from "../core/plan.ts";
import type { EndStatus } from "../core/run.ts";
import { keptBytes } from "../core/tasks/kept-ref.ts";
import { dagOutlets } from "./dag-outlets.ts";
import type { Graph } from "./graph.ts";
import { afterLostWorker, lostTooOften } from "./lost-worker.ts";
import type { RunCommand, RunEvent, RunFacts, RunState, RunStep, TaskState } from "./state.ts";
import { takeOver } from "./take-over.ts";
import { inputOf } from "./task-values.ts";
import { decide } from "./trigger.ts";
import { beginWait } from "./wait.ts";

/** Tasks of one run that run at once: the server refuses 2,000 and slows down far earlier. */
export const MAX_RUNNING = 500;

/** The state while one event is worked into it. */
interface Draft {
  readonly graph: Graph;
  readonly run: RunFacts;
  readonly now: number;
  readonly tasks: Record<string, TaskState>;
  readonly queue: string[];
  readonly published: Set<string>;
  readonly commands: RunCommand[];
  running: number;
  waits: number;
  kept: number;
  cancelling: boolean;
  firstFailure: string | undefined;
}

/** The first step of a run: every task that waits for nothing is scheduled. A rerun begins with what it takes over. */
export function startRun(graph: Graph, run: RunFacts, now: number): RunStep {
  const tasks: Record<string, TaskState> = {};
  const kept = run.kept === undefined ? new Map<string, TaskState>() : takeOver(graph, run.kept, now);
  for (const [id, node] of graph.nodes) tasks[id] = kept.get(id) ?? { status: "waiting", round: 0, attemptsBefore: 0, retries: node.task.retries, lost: 0 };
  const published = [...new Set([...kept.values()].flatMap((task) => task.published ?? []))];
  const state: RunState = { tasks, queue: [], running: 0, waits: 0, cancelling: false, status: "running", published };
  const draft = open(graph, run, state, now);
  settle(draft, [...graph.nodes.keys()]);
  return close(draft, []);
}

/** What follows from one event. An event that is too late, for a task that has ended or a run that has, changes nothing. */
export function advance(graph: Graph, run: RunFacts, state: RunState, event: RunEvent, now: number): RunStep {
  if (state.status !== "running") return { state, commands: [] };
  const draft = open(graph, run, state, now);
  if (event.kind === "cancel") {
    cancelRun(draft);
    return close(draft, []);
  }
  const task = draft.tasks[event.task];
  if (task?.status !== "running") return { state, commands: [] };
  const outlets = apply(draft, event, task);
  settle(draft, graph.nodes.get(event.task)?.downstream ?? []);
  return close(draft, outlets, event.task);
}

/** Works the event into its task and returns what the task published. */
function apply(draft: Draft, event: Exclude<RunEvent, { kind: "cancel" }>, task: TaskState): readonly EventInput[] {
  const id = event.task;
  switch (event.kind) {
    case "completed": {
      const { output } = event;
      if (output.skipped !== undefined) {
        end(draft, id, { status: "skipped", why: output.skipped });
        return [];
      }
      const kept = draft.kept + keptBytes(output.value);
      if (kept > LIMITS.runKeptBytes) return apply(draft, tooMuchKept(id, kept), task);
      draft.kept = kept;
      const published = [...new Set([...output.outlets.map(({ asset }) => asset), ...(output.published ?? [])])];
      end(draft, id, {
        status: "succeeded",
        value: output.value,
        ...(output.paths === undefined ? {} : { paths: output.paths }),
        ...(published.length === 0 ? {} : { published }),
      });
      for (const asset of published) draft.published.add(asset);
      return output.outlets;
    }
    case "failed":
      end(draft, id, { status: "failed", why: event.error, ...(event.code === undefined ? {} : { code: event.code }) });
      for (const asset of event.published ?? []) draft.published.add(asset);
      draft.firstFailure ??= id;
      return [];
    case "cancelled":
      end(draft, id, { status: "cancelled", why: draft.cancelling ? "the run was cancelled" : "the task was cancelled" });
      draft.firstFailure ??= id;
      return [];
    case "lost":
      lose(draft, id, task, event.attempts);
      return [];
  }
}

function tooMuchKept(task: string, bytes: number): Extract<RunEvent, { kind: "failed" }> {
  const error = `the results of the run have ${bytes} bytes together, at most ${LIMITS.runKeptBytes} are kept; write data to files or tables and return where it is`;
  return { kind: "failed", task, error, code: "E_RESULT_SIZE" };
}

/** A lost worker is nobody's failure: the task is scheduled again with the retries that it had. */
function lose(draft: Draft, id: string, task: TaskState, attempts: number): void {
  if (draft.cancelling) {
    end(draft, id, { status: "cancelled", why: "the run was cancelled" });
    return;
  }
  const next = afterLostWorker(task, attempts);
  draft.tasks[id] = next;
  // What waits for weeks sees many workers stop.
  const why = waitsForLong(draft.graph.nodes.get(id)?.task) ? undefined : lostTooOften(next);
  if (why !== undefined) {
    end(draft, id, { status: "failed", why, code: "E_TASK_LOST" });
    draft.firstFailure ??= id;
    return;
  }
  draft.running -= 1;
  schedule(draft, id, next);
}

function cancelRun(draft: Draft): void {
  if (draft.cancelling) return;
  draft.cancelling = true;
  draft.queue.length = 0;
  for (const [id, task] of Object.entries(draft.tasks)) {
    if (task.status === "waiting" || task.status === "queued")
      draft.tasks[id] = { ...task, status: "cancelled", why: "the run was cancelled", endedAt: draft.now };
  }
}

/** Asks the trigger rules of `ids`, and of all that follows from the answers; then fills the free places. */
function settle(draft: Draft, ids: readonly string[]): void {
  const open = [...ids];
  for (let next = 0; next < open.length; next += 1) {
    const id = open[next] as string;
    const node = draft.graph.nodes.get(id);
    const task = draft.tasks[id];
    if (node === undefined || task?.status !== "waiting") continue;
    const verdict = decide(draft.graph, node, draft.tasks);
    switch (verdict.kind) {
      case "wait":
        continue;
      case "run":
        draft.tasks[id] = { ...task, status: "queued" };
        draft.queue.push(id);
        continue;
      case "skip":
        draft.tasks[id] = { ...task, status: "skipped", why: verdict.why, endedAt: draft.now };
        break;
      case "fail":
        draft.tasks[id] = { ...task, status: "failed", why: verdict.why, endedAt: draft.now, upstream: true };
        break;
    }
    open.push(...node.downstream);
  }
  while (draft.running - draft.waits < MAX_RUNNING) {
    const id = draft.queue.shift();
    const task = id === undefined ? undefined : draft.tasks[id];
    if (id === undefined || task === undefined) return;
    schedule(draft, id, task);
  }
}

function schedule(draft: Draft, id: string, task: TaskState): void {
  const node = draft.graph.nodes.get(id);
  if (node === undefined) return;
  const scheduled: TaskState = { ...task, status: "running", round: task.round + 1, startedAt: task.startedAt ?? draft.now };
  const input = inputOf(node.task, draft.tasks, draft.run);
  draft.running += 1;
  const { round, attemptsBefore, retries } = scheduled;
  if (node.task.wait !== undefined) {
    const wait = beginWait(node.task.wait, input, draft.now, `${draft.run.id} ${id}`);
    draft.tasks[id] = { ...scheduled, ...(wait.kind === "wrong" ? {} : { waitsFor: wait.why }) };
    draft.waits += 1;
    draft.commands.push({ kind: "wait", task: id, wait });
    return;
  }
  const waitsFor = waitsForOf(node.task);
  draft.tasks[id] = waitsFor === undefined ? scheduled : { ...scheduled, waitsFor };
  draft.commands.push({ kind: "schedule", task: id, round, attemptsBefore, retries, input, startedAt: scheduled.startedAt as number });
}

/** What a task on the workers that wait is waiting for. */
function waitsForOf({ airflow, source }: PlanTask): string | undefined {
  if (airflow !== undefined) return `waits for DAG ${airflow.dag} of Airflow`;
  return source === undefined ? undefined : "waits for its source";
}

function waitsForLong(task: PlanTask | undefined): boolean {
  return task?.kind === "source" || task?.kind === "airflow";
}

function end(draft: Draft, id: string, change: Partial<TaskState> & Pick<TaskState, "status">): void {
  draft.tasks[id] = { ...(draft.tasks[id] as TaskState), ...change, endedAt: draft.now };
  draft.running -= 1;
  if (draft.graph.nodes.get(id)?.task.kind === "wait") draft.waits -= 1;
}

function open(graph: Graph, run: RunFacts, state: RunState, now: number): Draft {
  return {
    graph,
    run,
    now,
    tasks: { ...state.tasks },
    queue: [...state.queue],
    published: new Set(state.published),
    commands: [],
    running: state.running,
    waits: state.waits,
    kept: state.kept ?? 0,
    cancelling: state.cancelling,
    firstFailure: state.firstFailure,
  };
}

/** Ends the run if nothing runs any more; what the last task published then goes with the end. */
function close(draft: Draft, outlets: readonly EventInput[], task?: string): RunStep {
  const { tasks, queue, running, waits, cancelling, firstFailure, commands } = draft;
  const ended = running === 0 && queue.length === 0;
  const status = ended ? endStatus(draft) : "running";
  const state: RunState = {
    tasks,
    queue,
    running,
    waits,
    cancelling,
    status,
    published: [...draft.published],
    ...(draft.kept === 0 ? {} : { kept: draft.kept }),
    ...(firstFailure === undefined ? {} : { firstFailure }),
  };
  if (status === "running") {
    if (task !== undefined && outlets.length > 0) commands.unshift({ kind: "publish", task, outlets });
    return { state, commands };
  }
  const last = status === "succeeded" ? [...outlets, ...dagOutlets(draft.graph.plan, draft.run, draft.published)] : outlets;
  const failure = status === "failed" && firstFailure !== undefined ? tasks[firstFailure] : undefined;
  commands.push({
    kind: "end",
    status,
    outlets: last,
    ...(failure === undefined || firstFailure === undefined
      ? {}
      : { failedTask: firstFailure, error: `task "${firstFailure}" failed: ${failure.why ?? "no reason given"}`, code: failure.code ?? "E_TASK_FAILED" }),
    ...(status === "cancelled" ? { error: "the run was cancelled" } : {}),
  });
  return { state, commands };
}

/** As Airflow: the leaves decide. A failed task whose failure something after it took care of does not fail the run. */
function endStatus(draft: Draft): EndStatus {
  if (draft.cancelling) return "cancelled";
  const failed = draft.graph.leaves.some((id) => draft.tasks[id]?.status === "failed" || draft.tasks[id]?.status === "cancelled");
  return failed ? "failed" : "succeeded";
}
