import { CancellationScope, patched, sleep, workflowInfo } from "@temporalio/workflow";
import type { EventInput } from "../core/event.ts";
import type { PlanTask } from "../core/plan.ts";
import { hasKeptRef, keptBytes } from "../core/tasks/kept-ref.ts";
import { advance, type Graph, type RunCommand, type RunEvent, type RunFacts, type RunState, startRun } from "../interpreter/index.ts";
import type { Answers } from "./answers.ts";
import { loadKept } from "./load-kept.ts";
import { createPoolTurns } from "./pool-turns.ts";
import { startInPool } from "./pooled-task.ts";
import { startMapTask } from "./start-map.ts";
import { startSubRun } from "./start-sub-run.ts";
import { startTask, type TaskCommon } from "./start-task.ts";
import { startWait } from "./start-wait.ts";
import { completedEvent, failedEvent } from "./task-end.ts";

/** Most characters of JSON that a task's input may have: the server refuses 2 MiB by failing the workflow task for ever. */
const INPUT_SIZE = 1_800_000;

type ScheduleCommand = Extract<RunCommand, { kind: "schedule" }>;
export type EndCommand = Extract<RunCommand, { kind: "end" }>;

export interface RunTasksOptions {
  readonly graph: Graph;
  readonly facts: RunFacts;
  /** What all tasks of the run are given alike. */
  readonly common: TaskCommon;
  readonly answers: Answers;
  onState(state: RunState): void;
  /** Never rejects. */
  publish(outlets: readonly EventInput[]): void;
}

export interface RanTasks {
  readonly end: EndCommand;
  /** The error of the failed task that the end names. */
  readonly failure: unknown;
}

/**
 * Carries out what the interpreter asks for until the run ends: one activity and one promise a task, everything between them
 * synchronous, because each await of an async function costs 0.1 ms in a workflow.
 */
export function runTasks({ graph, facts, common, answers, onState, publish }: RunTasksOptions): Promise<RanTasks> {
  const scope = CancellationScope.current();
  const { deadline } = graph.plan;
  /** What ends with the deadline. */
  const timed = deadline === undefined ? undefined : new CancellationScope();
  const turns = createPoolTurns();
  const failures = new Map<string, unknown>();
  const inbox: RunEvent[] = [];
  let state: RunState;
  let working = true;
  let cancelled = false;

  return new Promise((resolve, reject) => {
    function carryOut(step: { readonly state: RunState; readonly commands: readonly RunCommand[] }): void {
      state = step.state;
      onState(state);
      for (const command of step.commands) {
        switch (command.kind) {
          case "schedule":
            schedule(command);
            break;
          case "wait":
            begin(taskOf(command.task), (task) => startWait(task, command.wait, common, answers));
            break;
          case "publish":
            publish(command.outlets);
            break;
          case "end":
            resolve({ end: command, failure: command.failedTask === undefined ? undefined : failures.get(command.failedTask) });
            break;
        }
      }
    }

    function take(event: RunEvent): void {
      // A task that is cancelled with its run can be heard of before the run's own cancellation.
      if (event.kind !== "cancel" && scope.consideredCancelled && !cancelled) take({ kind: "cancel" });
      if (event.kind === "cancel") cancelled = true;
      inbox.push(event);
      work();
    }

    function work(): void {
      if (working) return;
      working = true;
      for (let event = inbox.shift(); event !== undefined; event = inbox.shift()) carryOut(advance(graph, facts, state, event, Date.now()));
      working = false;
    }

    function schedule(command: ScheduleCommand): void {
      const task = taskOf(command.task);
      // In runs that began before such values were loaded the task fails below.
      if (task.kind === "external" && Object.values(command.input).some(hasKeptRef) && patched("kept-for-external")) {
        begin(task, async () => await startByKind(task, { ...command, input: await loadKept(task, command.input) }));
        return;
      }
      if (task.kind === "external" && Object.values(command.input).some((value) => keptBytes(value) > 0)) {
        const error = "a value that it needs is over 256 KiB and kept in the store, which workers in other languages do not read; hand it where the data is";
        inbox.push({ kind: "failed", task: task.id, error, code: "E_RESULT_SIZE" });
        return;
      }
      const size = JSON.stringify(command.input).length;
      if (size > INPUT_SIZE) {
        inbox.push({
          kind: "failed",
          task: task.id,
          error: `the values that it needs have ${size} characters together, at most ${INPUT_SIZE} can be handed over`,
          code: "E_RESULT_SIZE",
        });
        return;
      }
      begin(task, () => startByKind(task, command));
    }

    function startByKind(task: PlanTask, command: ScheduleCommand): Promise<unknown> {
      if (task.kind === "map") return startMapTask(task, command.input, common);
      if (task.kind === "run") return startSubRun(task, command.input, common);
      return task.pool === undefined ? startTask(task, command, common) : startInPool(task, command, common, turns);
    }

    /** A teardown goes on when its run is cancelled; what tells of the end does when the deadline has passed. */
    function begin(task: PlanTask, start: (task: PlanTask) => Promise<unknown>): void {
      if (task.teardown !== undefined)
        follow(
          task,
          CancellationScope.nonCancellable(() => start(task)),
        );
      else follow(task, timed === undefined || task.atEnd !== undefined ? start(task) : timed.run(() => start(task)));
    }

    function follow(task: PlanTask, work: Promise<unknown>): void {
      work
        .then(
          (result) => take(completedEvent(task, result)),
          (error: unknown) => {
            failures.set(task.id, error);
            take(failedEvent(task, error));
          },
        )
        .catch(reject);
    }

    function taskOf(id: string): PlanTask {
      return (graph.nodes.get(id) as { task: PlanTask }).task;
    }

    scope.cancelRequested
      .catch(() => {
        if (!cancelled) take({ kind: "cancel" });
      })
      .catch(reject);

    if (deadline !== undefined) {
      const left = Math.max(1, workflowInfo().startTime.getTime() + deadline - Date.now());
      sleep(left, { summary: "deadline" })
        .then(
          () => {
            take({ kind: "deadline" });
            timed?.cancel();
          },
          // The run is cancelled, which is heard of above.
          () => undefined,
        )
        .catch(reject);
    }
    carryOut(startRun(graph, facts, Date.now()));
    working = false;
    work();
  });
}
