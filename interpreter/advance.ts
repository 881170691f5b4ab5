import type { EventInput } from "../core/event.ts";
import type { JsonObject } from "../core/json.ts";
import { LIMITS } from "../core/limits.ts";
import type { PlanTask } from "../core/plan.ts";
import type { EndStatus } from "../core/run.ts";
import { keptBytes } from "../core/tasks/kept-ref.ts";
import { dagOutlets } from "./dag-outlets.ts";
import type { Graph } from "./graph.ts";
import { afterLostWorker, lostTooOften } from "./lost-worker.ts";
import { endFacts, endReason, endStatus } from "./run-end.ts";
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
  expired: boolean;
  ending: EndStatus | undefined;
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
  if (event.kind === "cancel" || event.kind === "deadline") {
    cancelRun(draft, event.kind === "deadline");
    return close(draft, []);
  }
  const task = draft.tasks[event.task];
  if (task?.status !== "running") return { state, commands: [] };
  const outlets = apply(draft, event, task);
  const stopped = event.kind === "completed" && event.output.stopped !== undefined;
  settle(draft, stopped ? graph.below(event.task) : (graph.nodes.get(event.task)?.downstream ?? []));
  return close(draft, outlets, event.task);
}

/** Works the event into its task and returns what the task published. */
function apply(draft: Draft, event: Extract<RunEvent, { task: string }>, task: TaskState): readonly EventInput[] {
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
      if (output.stopped !== undefined) stopBelow(draft, id, output.stopped);
      for (const asset of published) draft.published.add(asset);
      return output.outlets;
    }
    case "failed":
      end(draft, id, { status: "failed", why: event.error, ...(event.code === undefined ? {} : { code: event.code }) });
      for (const asset of event.published ?? []) draft.published.add(asset);
      noteFailure(draft, id);
      return [];
    case "cancelled":
      end(draft, id, { status: "cancelled", why: draft.cancelling ? whyCancelled(draft) : "the task was cancelled" });
      noteFailure(draft, id);
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
  const node = draft.graph.nodes.get(id)?.task;
  if (draft.cancelling && !outlives(draft, node)) {
    end(draft, id, { status: "cancelled", why: whyCancelled(draft) });
    return;
  }
  const next = afterLostWorker(task, attempts);
  draft.tasks[id] = next;
  // What waits for weeks sees many workers stop.
  const why = waitsForLong(node) ? undefined : lostTooOften(next);
  if (why !== undefined) {
    end(draft, id, { status: "failed", why, code: "E_TASK_LOST" });
    noteFailure(draft, id);
    return;
  }
  draft.running -= 1;
  schedule(draft, id, next);
}

/** Nothing starts any more but what tears down, and what wants to know how the run failed. */
function cancelRun(draft: Draft, expired: boolean): void {
  if (draft.cancelling || (expired && draft.ending !== undefined)) return;
  draft.cancelling = true;
  draft.expired = expired;
  const kept: string[] = [];
  for (const task of draft.graph.plan.tasks) {
    const state = draft.tasks[task.id];
    if (state?.status !== "waiting" && state?.status !== "queued") continue;
    if (outlives(draft, task)) kept.push(task.id);
    else draft.tasks[task.id] = { ...state, status: "cancelled", why: whyCancelled(draft), endedAt: draft.now };
  }
  draft.queue.splice(0, draft.queue.length, ...draft.queue.filter((id) => kept.includes(id)));
  settle(draft, kept);
}

/** Whether a task runs in a run that is cancelling. */
function outlives({ expired }: Draft, task: PlanTask | undefined): boolean {
  return task?.teardown !== undefined || (expired && task?.atEnd !== undefined);
}

function whyCancelled({ expired }: Draft): string {
  return expired ? "the deadline of the run passed" : "the run was cancelled";
}

/** Everything below is skipped whatever its rule; what was set up is torn down all the same. */
function stopBelow(draft: Draft, id: string, why: string): void {
  for (const below of draft.graph.below(id)) {
    const task = draft.tasks[below];
    if (task?.status !== "waiting" || draft.graph.nodes.get(below)?.task.teardown !== undefined) continue;
    draft.tasks[below] = { ...task, status: "skipped", why: `"${id}" stopped here: ${why}`, endedAt: draft.now };
  }
}

/** The first failure names the run's; that of a task which does not count for the run does not. */
function noteFailure(draft: Draft, id: string): void {
  const task = draft.graph.nodes.get(id)?.task;
  if (task?.atEnd === undefined && task?.teardown?.failsRun !== false) draft.firstFailure ??= id;
}

/** Asks the trigger rules of `ids`, and of all that follows from the answers; then fills the free places. */
function settle(draft: Draft, ids: readonly string[]): void {
  const open = [...ids];
  for (let next = 0; next < open.length; next += 1) {
    const id = open[next] as string;
    const node = draft.graph.nodes.get(id);
    const task = draft.tasks[id];
    if (node === undefined || task?.status !== "waiting" || node.task.atEnd !== undefined) continue;
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
  fillPlaces(draft);
}

function fillPlaces(draft: Draft): void {
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
  const input = node.task.atEnd === undefined ? inputOf(node.task, draft.tasks, draft.run) : ({ ...endFacts(draft, draft.ending ?? "failed") } as JsonObject);
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
    expired: state.expired === true,
    ending: state.ending,
    firstFailure: state.firstFailure,
  };
}

/** The end is known: tasks that wanted to hear of it run now, the others never. True if there are any. */
function tellEnd(draft: Draft): boolean {
  const status = endStatus(draft);
  for (const { id, atEnd } of draft.graph.plan.tasks) {
    const task = draft.tasks[id];
    if (atEnd === undefined || task?.status !== "waiting") continue;
    if (atEnd === status) {
      draft.tasks[id] = { ...task, status: "queued" };
      draft.queue.push(id);
    } else draft.tasks[id] = { ...task, status: "skipped", why: status === "cancelled" ? "the run was cancelled" : `the run ${status}`, endedAt: draft.now };
  }
  if (draft.queue.length === 0) return false;
  draft.ending = status;
  fillPlaces(draft);
  return true;
}

/** Ends the run if nothing runs any more; what the last task published then goes with the end. */
function close(draft: Draft, outlets: readonly EventInput[], task?: string): RunStep {
  const ended = isIdle(draft) && (draft.ending !== undefined || !tellEnd(draft));
  const { tasks, queue, running, waits, cancelling, expired, ending, firstFailure, commands } = draft;
  const status = ended ? (ending ?? endStatus(draft)) : "running";
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
    ...(expired ? { expired } : {}),
    ...(ending === undefined ? {} : { ending }),
  };
  if (status === "running") {
    if (task !== undefined && outlets.length > 0) commands.unshift({ kind: "publish", task, outlets });
    return { state, commands };
  }
  const last = status === "succeeded" ? [...outlets, ...dagOutlets(draft.graph.plan, draft.run, draft.published)] : outlets;
  commands.push({ kind: "end", status, outlets: last, ...endReason(draft, status) });
  return { state, commands };
}

function isIdle({ running, queue }: Draft): boolean {
  return running === 0 && queue.length === 0;
}
