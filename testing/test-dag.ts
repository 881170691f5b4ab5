import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ConfRun } from "../core/authoring/airflow-task.ts";
import type { DagDefinition } from "../core/definition.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { sliceOf } from "../core/partitions/slice.ts";
import type { PlanTask } from "../core/plan.ts";
import type { Cause, DataInterval } from "../core/run.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";
import { runAttempt } from "../core/tasks/attempt.ts";
import type { Connector } from "../core/tasks/connection.ts";
import { itemName } from "../core/tasks/outlet-id.ts";
import { resolveKept, resolveValue } from "../core/tasks/resolve-kept.ts";
import { toResult } from "../core/tasks/result.ts";
import { retryWish } from "../core/tasks/retry-errors.ts";
import { shortCircuitOutput } from "../core/tasks/short-circuit.ts";
import type { TaskInput, TaskOutput } from "../core/tasks/task-io.ts";
import { formatInstant, parseInstant } from "../core/time/time.ts";
import { advance, buildGraph, type RunCommand, type RunEvent, type RunFacts, startRun } from "../interpreter/index.ts";
import type { TestEvent } from "./event.ts";
import { codeOf, playMap, type Tried } from "./play-map.ts";
import { playSubRun } from "./play-sub-run.ts";
import { playWaits, type TestAnswer, type TestArrival } from "./play-waits.ts";
import { createTestClock } from "./test-clock.ts";
import { createTestKept } from "./test-kept.ts";
import { createTestLog } from "./test-log.ts";
import type { PublishedEvent, TestItem, TestLogLine, TestRun, TestTask } from "./test-run.ts";

export interface TestRunOptions {
  /** What the run consumes: made by `event(...)`. */
  readonly events?: readonly TestEvent[];
  /** In place of a task's code: its value (of a map the list), or a function that is called like its handler. A value publishes nothing. */
  readonly tasks?: Readonly<Record<string, unknown>>;
  readonly params?: JsonObject;
  /** @default that of the events, if they have one in common */
  readonly partition?: string | null;
  /** The span that a DAG on a schedule runs for, ISO 8601: `ctx.interval` and `ctx.ds`, unless the partition says another. */
  readonly interval?: { readonly start: string; readonly end: string; readonly tz?: string };
  /** The clients that `ctx.connection` gives, by the connection's name. */
  readonly connections?: Readonly<Record<string, unknown>>;
  /** What people say to tasks that wait for an approval, by task. */
  readonly answers?: Readonly<Record<string, TestAnswer>>;
  /** The events that tasks wait for, by task: made by `event(...)`, there at once or after a time. */
  readonly arrivals?: Readonly<Record<string, TestArrival>>;
  /** When the run starts, ISO 8601. Only waits move its clock: those of days take no time. @default now */
  readonly now?: string;
  /** Cancels the run, as a person would. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a DAG in this process, on the interpreter that runs it in production: same rules, same context, same checks. Values
 * pass through JSON; retries follow at once. A run that fails is a result, not an exception; wrong use of the test throws
 * `E_REFERENCE`, `E_PARAMS`, `E_EVENT`.
 *
 * @example
 * const run = await testDag(ordersClean).run({ events: [event(raw, { key: "a.parquet", size: 3 }, { partition: "2026-11-23" })] });
 * expect(run.status).toBe("succeeded");
 * expect(run.published(clean)).toMatchObject([{ data: { rows: 3 } }]);
 */
export function testDag(dag: DagDefinition): { run(options?: TestRunOptions): Promise<TestRun> } {
  return { run: (options = {}) => playRun(dag, options) };
}

const CAUSE: Cause = { kind: "person", text: "testDag" };

async function playRun(dag: DagDefinition, options: TestRunOptions): Promise<TestRun> {
  const graph = buildGraph(dag.plan.plan);
  const clock = createTestClock(options.now);
  const fakes = checkFakes(dag, options.tasks ?? {});
  const params = await checkParams(dag, options.params ?? {});
  const partition = options.partition === undefined ? commonPartition(options.events ?? []) : options.partition;
  const facts: RunFacts = {
    id: `${dag.id}/test-1`,
    temporalRunId: "test",
    partition,
    events: (options.events ?? []).map((one, index) => toEvent(one, index, partition, clock.now())),
    references: [],
    hops: 0,
  };
  const common = {
    run: { id: facts.id, temporalRunId: facts.temporalRunId, dag: dag.id, cause: CAUSE },
    plan: dag.plan.hash,
    partition,
    ...intervalOf(options),
    params,
    hops: 1,
  };

  const logs: TestLogLine[] = [];
  const published: PublishedEvent[] = [];
  const attempts = new Map<string, number>();
  const errors = new Map<string, unknown>();
  const abort = new AbortController();
  /** Of tasks that a cancellation does not reach. */
  const never = new AbortController().signal;
  const running = new Map<string, Promise<RunEvent>>();
  const items = new Map<string, readonly TestItem[]>();
  const kept = createTestKept();

  const deadline = clock.now() + (graph.plan.deadline ?? Number.POSITIVE_INFINITY);
  const waits = playWaits(
    clock,
    { answers: options.answers ?? {}, arrivals: options.arrivals ?? {}, toEvent: (one, at) => toEvent(one, 0, partition, at) },
    `dag ${dag.id}`,
  );
  let step = startRun(graph, facts, clock.now());
  let end: Extract<RunCommand, { kind: "end" }> | undefined;
  const cancelled = new Promise<RunEvent>((resolve) => onAbort(options.signal, () => resolve({ kind: "cancel" })));
  for (;;) {
    for (const command of step.commands) {
      if (command.kind === "schedule") running.set(command.task, runTask(command));
      else if (command.kind === "wait") beginWait(command);
      else published.push(...(command.outlets as readonly PublishedEvent[]));
      if (command.kind === "end") end = command;
    }
    if (end !== undefined) break;
    const event = await nextEvent();
    if ("task" in event) running.delete(event.task);
    else stop(event.kind === "deadline" ? "the deadline of the run passed" : "the run was cancelled");
    step = advance(graph, facts, step.state, event, clock.now());
  }
  const ended = Object.entries(step.state.tasks).map(async ([id, task]): Promise<TestTask> => {
    const value = task.value === undefined ? undefined : await resolveValue(task.value, kept);
    return {
      id,
      status: task.status,
      attempts: attempts.get(id) ?? 0,
      value,
      why: task.why,
      error: errors.get(id),
      paths: task.paths,
      startedAt: task.startedAt === undefined ? undefined : formatInstant(task.startedAt),
      endedAt: task.endedAt === undefined ? undefined : formatInstant(task.endedAt),
      items: items.get(id) ?? [],
    };
  });
  const tasks = await Promise.all(ended);
  return {
    status: end.status,
    error: end.error,
    tasks,
    task: (id) => found(tasks, dag, id),
    published: (asset) => (asset === undefined ? published : published.filter((one) => one.asset === (asset as unknown as { uri: string }).uri)),
    logs,
  };

  function stop(why: string): void {
    abort.abort(new DOMException(why, "AbortError"));
  }

  /** A teardown goes on when its run is cancelled; what tells of the end does when the deadline has passed. */
  function cancellationOf(task: PlanTask): AbortSignal {
    return task.teardown !== undefined || (task.atEnd !== undefined && step.state.expired === true) ? never : abort.signal;
  }

  /** Code first, then the clock: what runs takes no time. */
  async function nextEvent(): Promise<RunEvent> {
    if (step.state.cancelling) return waits.size > 0 ? waits.cancelOne() : await Promise.race(running.values());
    if (running.size === 0 && waits.size > 0 && options.signal?.aborted !== true) {
      if (waits.nextAt() <= deadline) return waits.next();
      clock.moveTo(deadline);
      return { kind: "deadline" };
    }
    return await Promise.race([cancelled, ...running.values()]);
  }

  function beginWait({ task, wait }: Extract<RunCommand, { kind: "wait" }>): void {
    const fake = fakes.get(task);
    if (fake === undefined) waits.begin(taskOf(task), wait);
    else
      running.set(
        task,
        fakeOutput(dag, taskOf(task), fake.value, `dag ${dag.id}, task ${task}`).then((output) => ({ kind: "completed", task, output })),
      );
  }

  function taskOf(id: string): PlanTask {
    return dag.plan.plan.tasks.find((one) => one.id === id) as PlanTask;
  }

  async function runTask(command: Extract<RunCommand, { kind: "schedule" }>): Promise<RunEvent> {
    const task = taskOf(command.task);
    const given: TaskInput = { ...common, task: task.id, round: command.round, attemptsBefore: 0, input: structuredClone(command.input) };
    const input = await resolveKept(given, kept);
    if (task.kind !== "map" || isValue(fakes.get(task.id))) return toRunEvent(task.id, await tryAll(task, input, command.retries));
    const ran = await playMap({
      task,
      input,
      cancelled: abort.signal,
      publish: (outlets) => published.push(...outlets),
      run: (item) => tryAll(task, item, command.retries),
    });
    items.set(task.id, ran.items);
    errors.set(task.id, ran.items.find(({ error }) => error !== undefined)?.error);
    return ran.event;
  }

  /** All attempts of a task or an item, one after the other. */
  async function tryAll(task: PlanTask, input: TaskInput, retries: number): Promise<Tried> {
    for (let attempt = 1; ; attempt += 1) {
      attempts.set(task.id, (attempts.get(task.id) ?? 0) + 1);
      try {
        const output = await withTimeout(task, (signal) => runOnce(task, input, attempt, signal));
        errors.delete(task.id);
        return { attempts: attempt, output };
      } catch (error) {
        errors.set(task.id, error);
        if (cancellationOf(task).aborted) return { attempts: attempt, error, cancelled: true };
        if (attempt > retries || retryWish(error).nonRetryable) return { attempts: attempt, error };
      }
    }
  }

  async function runOnce(task: PlanTask, input: TaskInput, attempt: number, signal: AbortSignal): Promise<TaskOutput> {
    const name = input.item === undefined ? task.id : itemName(task.id, input.item.index);
    const where = `dag ${dag.id}, task ${name}`;
    const fake = fakes.get(task.id);
    if (fake !== undefined && isValue(fake)) return await fakeOutput(dag, task, fake.value, where);
    const sub = dag.subRuns?.get(task.id);
    if (sub !== undefined && fake === undefined) {
      const more = { connections: options.connections ?? {}, now: formatInstant(clock.now()), signal };
      const { run, output } = await playSubRun(task, input, attempt, (given) => playRun(sub, { ...more, ...given }));
      published.push(...run.published());
      const ends = run.tasks.map(({ endedAt }) => (endedAt === undefined ? 0 : (parseInstant(endedAt) ?? 0)));
      if (task.subRun?.wait === true) clock.moveTo(Math.max(clock.now(), ...ends));
      return output;
    }
    if (isElsewhere(task)) return await fakeOutput(dag, task, await (fake as { value: (input: unknown) => unknown }).value(await givenTo(task, input)), where);
    const code = fake === undefined ? dag : { ...dag, handlers: new Map([...dag.handlers, [task.id, fake.value as never]]) };
    return await runAttempt(code, input, {
      attempt,
      signal,
      log: createTestLog(name, attempt, logs),
      connection: (connector) => connect(connector, options.connections ?? {}, where),
      now: clock.now,
      keep: kept.keep,
      readText: (file) => readFile(typeof file === "string" ? resolve(file) : file, "utf8"),
    });
  }

  /** What code elsewhere is given: the conf of a DAG in Airflow, the values that other tasks need. */
  async function givenTo(task: PlanTask, input: TaskInput): Promise<unknown> {
    if (task.airflow === undefined) return input.input;
    const code = dag.handlers.get(task.id) as ((input: unknown, run: ConfRun<unknown>) => unknown) | undefined;
    const slice = sliceOf(dag, task, partition);
    const run = { id: facts.id, partition, params, interval: slice?.interval ?? null, ds: slice?.ds ?? null };
    return code === undefined ? (task.airflow.conf ?? {}) : await code(input.input, run);
  }

  /** As on a worker: the signal aborts, and what comes after it does not count. */
  async function withTimeout(task: PlanTask, run: (signal: AbortSignal) => Promise<TaskOutput>): Promise<TaskOutput> {
    const timeout = new AbortController();
    const late = new HeadgateError("E_TASK_TIMEOUT", `it did not finish within ${task.timeout} ms`, { where: `dag ${dag.id}, task ${task.id}` });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        timeout.abort(late);
        reject(late);
      }, task.timeout);
    });
    try {
      return await Promise.race([run(AbortSignal.any([cancellationOf(task), timeout.signal])), expired]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The output of a task whose code is elsewhere or left out. */
async function fakeOutput(dag: DagDefinition, task: PlanTask, value: unknown, where: string): Promise<TaskOutput> {
  if (task.kind === "branch") {
    const paths = (Array.isArray(value) ? value : [value]) as readonly string[];
    const wrong = paths.find((path) => task.paths?.includes(path) !== true);
    if (wrong !== undefined)
      throw new HeadgateError("E_REFERENCE", `the fake chooses ${JSON.stringify(wrong)}, the paths are ${(task.paths ?? []).join(", ")}`, { where });
    return { value: [...paths], outlets: [], paths };
  }
  if (task.shortCircuit === true) return { ...shortCircuitOutput(value, where), outlets: [] };
  const returns = dag.returns?.get(task.id);
  const checked = returns === undefined ? undefined : await validateWithSchema(returns, value);
  if (checked?.ok === false) throw new HeadgateError("E_RESULT_JSON", `the fake does not fit what the task returns: ${issuesText(checked.issues)}`, { where });
  return { value: toResult(value, where), outlets: [] };
}

function checkFakes(dag: DagDefinition, given: Readonly<Record<string, unknown>>): ReadonlyMap<string, { readonly value: unknown }> {
  const { tasks } = dag.plan.plan;
  const names = tasks.map((task) => task.id);
  const unknown = Object.keys(given).find((id) => !names.includes(id));
  if (unknown !== undefined)
    throw new HeadgateError("E_REFERENCE", `dag ${dag.id} has no task "${unknown}" to fake`, { hint: `its tasks are ${names.join(", ")}` });
  const missing = tasks.find((task) => isElsewhere(task) && !Object.hasOwn(given, task.id));
  if (missing !== undefined) {
    throw new HeadgateError(
      "E_REFERENCE",
      `${missing.kind === "source" ? "what is taken by" : "the code of"} task "${missing.id}" of dag ${dag.id} is elsewhere, so a test cannot run it`,
      {
        hint: `fake it: tasks: { ${JSON.stringify(missing.id)}: ... }`,
      },
    );
  }
  return new Map(Object.entries(given).map(([id, value]) => [id, { value }]));
}

/** True for a task without code here. */
function isElsewhere({ kind }: PlanTask): boolean {
  return kind === "external" || kind === "source" || kind === "airflow";
}

async function checkParams(dag: DagDefinition, params: JsonObject): Promise<JsonObject> {
  if (dag.params === undefined) return params;
  const checked = await validateWithSchema(dag.params, params);
  if (!checked.ok) throw new HeadgateError("E_PARAMS", `the parameters do not fit: ${issuesText(checked.issues)}`, { where: `dag ${dag.id}` });
  return JSON.parse(JSON.stringify(checked.value)) as JsonObject;
}

function intervalOf({ interval }: TestRunOptions): { readonly interval?: DataInterval } {
  if (interval === undefined) return {};
  const [start, end] = [parseInstant(interval.start), parseInstant(interval.end)];
  if (start === null || end === null)
    throw new HeadgateError("E_EVENT", "the interval of the test is no span of instants", { hint: "write ISO 8601 with a zone" });
  return { interval: { start, end, tz: interval.tz ?? "UTC" } };
}

function commonPartition(events: readonly TestEvent[]): string | null {
  const keys = new Set(events.map((event) => event.partition ?? null));
  return keys.size === 1 ? ([...keys][0] ?? null) : null;
}

function toEvent(event: TestEvent, index: number, partition: string | null, now: number): AssetEvent {
  return {
    seq: index + 1,
    asset: event.asset,
    source: event.source ?? "external",
    id: event.id ?? `#${index + 1}`,
    time: event.time === undefined ? now : (parseInstant(event.time) ?? now),
    at: now,
    partition: event.partition === undefined ? partition : event.partition,
    data: JSON.parse(JSON.stringify(event.data)) as { [key: string]: Json },
    hops: 0,
  };
}

async function connect<Client>(connector: Connector<Client>, connections: Readonly<Record<string, unknown>>, where: string): Promise<Client> {
  if (Object.hasOwn(connections, connector.name)) return connections[connector.name] as Client;
  throw new HeadgateError("E_CONNECTION", `the test gives no connection "${connector.name}"`, {
    where,
    hint: `hand it over: run({ connections: { ${JSON.stringify(connector.name)}: client } })`,
  });
}

function toRunEvent(task: string, { output, error, cancelled }: Tried): RunEvent {
  if (output !== undefined) return { kind: "completed", task, output };
  return cancelled === true ? { kind: "cancelled", task } : { kind: "failed", task, error: messageOf(error), ...codeOf(error) };
}

function isValue(fake: { readonly value: unknown } | undefined): boolean {
  return fake !== undefined && typeof fake.value !== "function";
}

function found(tasks: readonly TestTask[], dag: DagDefinition, id: string): TestTask {
  const task = tasks.find((one) => one.id === id);
  if (task === undefined)
    throw new HeadgateError("E_REFERENCE", `dag ${dag.id} has no task "${id}"`, { hint: `its tasks are ${tasks.map((one) => one.id).join(", ")}` });
  return task;
}

function onAbort(signal: AbortSignal | undefined, act: () => void): void {
  if (signal?.aborted === true) act();
  else signal?.addEventListener("abort", act, { once: true });
}
