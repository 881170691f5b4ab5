import { HeadgateError, messageOf } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { PlanMap, PlanTask } from "../core/plan.ts";
import type { TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import { advanceMap, type MapCommand, type MapEvent, type RunEvent, startMap } from "../interpreter/index.ts";
import type { PublishedEvent, TestItem } from "./test-run.ts";

/** What all attempts of a task or an item came to. */
export interface Tried {
  readonly attempts: number;
  readonly output?: TaskOutput;
  readonly error?: unknown;
  readonly cancelled?: boolean;
}

export interface MapPlay {
  readonly task: PlanTask;
  /** Of the map: its `over` is the list. */
  readonly input: TaskInput;
  /** Aborts when the run is cancelled. */
  readonly cancelled: AbortSignal;
  publish(outlets: readonly PublishedEvent[]): void;
  run(item: TaskInput): Promise<Tried>;
}

/** Plays a map in this process, on the rules that it has in production. */
export async function playMap({ task, input, cancelled, publish, run }: MapPlay): Promise<{ readonly event: RunEvent; readonly items: readonly TestItem[] }> {
  const { over } = input.input;
  if (!Array.isArray(over)) {
    return { event: { kind: "failed", task: task.id, error: "what it goes over is not a list", code: "E_MAP_LIST" }, items: [] };
  }
  const map = task.map as PlanMap;
  const facts = { task: task.id, limit: map.limit, whenFailed: map.whenFailed, retries: task.retries };
  const items: TestItem[] = [];
  const running = new Map<number, Promise<MapEvent>>();
  const step = startMap(facts, over.length);
  const { state } = step;
  let commands = step.commands;
  for (;;) {
    for (const command of commands) {
      if (command.kind === "schedule") running.set(command.index, runItem(command.index));
      else if (command.kind === "publish") publish(command.outlets as readonly PublishedEvent[]);
      else if (command.kind === "end") return { event: toRunEvent(task, command), items: items.sort((a, b) => a.index - b.index) };
    }
    const event = await Promise.race(running.values());
    if ("index" in event) running.delete(event.index);
    // Items end because of it, so it comes first.
    const stop = cancelled.aborted && state.hold !== "cancelled" ? advanceMap(facts, state, { kind: "cancel" }) : [];
    commands = [...stop, ...advanceMap(facts, state, event)];
  }

  async function runItem(index: number): Promise<MapEvent> {
    const tried = await run({ ...input, input: {}, item: { index, value: structuredClone((over as readonly Json[])[index] ?? null) } });
    const { output, error, attempts } = tried;
    const status = output === undefined ? (tried.cancelled === true ? "cancelled" : "failed") : output.skipped === undefined ? "succeeded" : "skipped";
    items.push({ index, attempts, status, value: output?.value, error });
    if (output !== undefined) return { kind: "completed", index, output };
    return status === "cancelled" ? { kind: "cancelled", index } : { kind: "failed", index, error: messageOf(error), ...codeOf(error) };
  }
}

export function codeOf(error: unknown): { readonly code?: string } {
  return HeadgateError.is(error) ? { code: error.code } : {};
}

function toRunEvent(task: PlanTask, end: Extract<MapCommand, { kind: "end" }>): RunEvent {
  switch (end.status) {
    case "succeeded":
      return { kind: "completed", task: task.id, output: { value: end.value, outlets: [], published: end.published } };
    case "failed":
      return { kind: "failed", task: task.id, error: end.error, code: end.code, published: end.published };
    case "cancelled":
      return { kind: "cancelled", task: task.id };
  }
}
