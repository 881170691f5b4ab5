import type { Plan, PlanEdge, PlanTask, TriggerRule } from "../../core/plan.ts";
import { advance, buildGraph, type Graph, type RunCommand, type RunEvent, type RunFacts, type RunState, startRun } from "../../interpreter/index.ts";

/** A plan in short: `{ b: { after: ["a"] } }`, where "gate.left" is a path of a branch. */
export type ShortTask = Partial<Omit<PlanTask, "id" | "after">> & { readonly after?: readonly string[] };

export function planOf(tasks: Readonly<Record<string, ShortTask>>, more: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    dag: "play",
    tags: [],
    meta: {},
    on: null,
    policy: {},
    outlets: [],
    params: null,
    ...more,
    tasks: Object.entries(tasks).map(([id, { after = [], ...task }]) => ({
      id,
      kind: task.paths === undefined ? "task" : "branch",
      needs: [],
      when: "all-succeeded" as TriggerRule,
      retries: 0,
      backoff: { initial: 1_000, max: 60_000, factor: 2 },
      timeout: 60_000,
      outlets: [],
      ...task,
      after: after.map(toEdge),
    })),
  };
}

function toEdge(text: string): PlanEdge {
  const [task = "", path] = text.split(".");
  return path === undefined ? { task } : { task, path };
}

export const FACTS: RunFacts = { id: "play/1", temporalRunId: "t1", partition: null, events: [], references: [], hops: 0 };

/** Plays a run step by step and keeps all that the interpreter asked for. */
export interface Play {
  readonly graph: Graph;
  readonly commands: RunCommand[];
  state(): RunState;
  send(event: RunEvent): readonly RunCommand[];
  succeed(task: string, output?: { value?: never; paths?: readonly string[]; publishes?: readonly string[]; skipped?: string }): readonly RunCommand[];
  fail(task: string, error?: string): readonly RunCommand[];
  statuses(): Record<string, string>;
  scheduled(): string[];
  end(): Extract<RunCommand, { kind: "end" }> | undefined;
}

export function play(plan: Plan, facts: RunFacts = FACTS): Play {
  const graph = buildGraph(plan);
  let now = 1_000;
  const first = startRun(graph, facts, now);
  let state = first.state;
  const commands: RunCommand[] = [...first.commands];
  const send = (event: RunEvent): readonly RunCommand[] => {
    now += 10;
    const step = advance(graph, facts, state, event, now);
    state = step.state;
    commands.push(...step.commands);
    return step.commands;
  };
  return {
    graph,
    commands,
    state: () => state,
    send,
    succeed: (task, { paths, publishes = [], skipped } = {}) =>
      send({
        kind: "completed",
        task,
        output: {
          value: `value of ${task}`,
          outlets: publishes.map((asset) => ({ asset })),
          ...(paths === undefined ? {} : { paths }),
          ...(skipped === undefined ? {} : { skipped }),
        },
      }),
    fail: (task, error = "boom") => send({ kind: "failed", task, error }),
    statuses: () => Object.fromEntries(Object.entries(state.tasks).map(([id, task]) => [id, task.status])),
    scheduled: () => commands.filter((command) => command.kind === "schedule").map((command) => command.task),
    end: () => commands.find((command) => command.kind === "end"),
  };
}
