import type { AssetDefinition, DagDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import { sliceOf, spanOf } from "../partitions/slice.ts";
import type { PlanTask } from "../plan.ts";
import { runSql } from "../sql/run-sql.ts";
import type { Connector } from "./connection.ts";
import type { Interval, TaskContext } from "./context.ts";
import { type KeepItems, keepResult } from "./keep-result.ts";
import type { Log } from "./log.ts";
import { itemName, outletId } from "./outlet-id.ts";
import { gatherPublications, type Publications } from "./publications.ts";
import { toResult } from "./result.ts";
import { shortCircuitOutput } from "./short-circuit.ts";
import type { TaskInput, TaskOutput } from "./task-io.ts";

/** What surrounds one attempt: the worker in production, `testDag` in tests. */
export interface AttemptSurroundings {
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly connection: <Client>(connector: Connector<Client>) => Promise<Client>;
  readonly now: () => number;
  /** Where results go that are too large for the history of a run. */
  readonly keep: KeepItems;
  /** The text of a file of the project: a path from its folder on, or a URL. */
  readonly readText: (file: string | URL) => Promise<string>;
}

/** Thrown by `ctx.skip`. */
class Skipped extends Error {}

/**
 * Runs a task's handler once: builds its context, checks what it returned and published.
 * Throws what the handler throws, `E_TASK_GONE` if the DAG's code has no such task, and the errors of results and publications.
 */
export async function runAttempt(dag: DagDefinition | undefined, input: TaskInput, surroundings: AttemptSurroundings): Promise<TaskOutput> {
  const { item } = input;
  const name = item === undefined ? input.task : itemName(input.task, item.index);
  const where = `dag ${input.run.dag}, task ${name}`;
  const task = dag?.plan.plan.tasks.find((one) => one.id === input.task);
  const code = task === undefined ? undefined : codeOf(dag as DagDefinition, task, surroundings, where);
  if (dag === undefined || task === undefined || code === undefined) throw taskGone(dag, input, where);

  const publications = gatherPublications({
    task,
    assets: dag.assets,
    partition: input.partition,
    hops: input.hops,
    source: `run:${input.run.dag}`,
    idOf: (ordinal) => outletId(input.run, name, ordinal),
    where,
  });
  const context = createContext(dag, task, input, publications, surroundings);
  try {
    const returned = await code(item === undefined ? input.input : item.value, context);
    const paths = task.kind === "branch" ? pathsOf(task, returned, where) : undefined;
    const output =
      task.shortCircuit === true
        ? shortCircuitOutput(returned, where)
        : { value: await keepResult(toResult(paths ?? returned, where), input, where, surroundings.keep) };
    return { ...output, outlets: await publications.finish(surroundings.now()), ...(paths === undefined ? {} : { paths }) };
  } catch (error) {
    if (error instanceof Skipped) return { value: null, outlets: [], skipped: error.message };
    throw error;
  }
}

/** The handler of a task; that of a SQL task is its script. */
function codeOf(
  dag: DagDefinition,
  task: PlanTask,
  { readText, now }: AttemptSurroundings,
  where: string,
): ((input: unknown, context: TaskContext) => unknown) | undefined {
  const handler = dag.handlers.get(task.id);
  if (handler !== undefined) return handler as (input: unknown, context: unknown) => unknown;
  const script = dag.scripts?.get(task.id);
  return script && ((input, context) => runSql(script, input, context, { readText, timeout: task.timeout, now, where }));
}

function createContext(dag: DagDefinition, task: PlanTask, input: TaskInput, publications: Publications, surroundings: AttemptSurroundings): TaskContext {
  const { attempt, signal, log, connection } = surroundings;
  const slice = sliceOf(dag, task, input.partition) ?? (input.interval === undefined ? null : spanOf(input.interval));
  return {
    run: { id: input.run.id, dag: input.run.dag, cause: input.run.cause },
    partition: input.partition,
    interval: slice?.interval ?? (null as Interval | null),
    ds: slice?.ds ?? null,
    params: input.params,
    attempt,
    ...(input.item === undefined ? {} : { index: input.item.index }),
    signal,
    log,
    connection,
    publish: (asset, publication) => publications.publish(asset as unknown as AssetDefinition, publication as never),
    unchanged: (asset) => publications.unchanged(asset as unknown as AssetDefinition),
    skip: (why) => {
      throw new Skipped(why);
    },
  } as TaskContext;
}

/** What a branch chose: one path or a list. Throws `E_REFERENCE` for a path that it does not have. */
function pathsOf(task: PlanTask, returned: unknown, where: string): readonly string[] {
  const chosen: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  const known = task.paths ?? [];
  const wrong = chosen.find((path) => typeof path !== "string" || !known.includes(path));
  if (wrong !== undefined || chosen.includes(undefined)) {
    throw new HeadgateError(
      "E_REFERENCE",
      `the branch chose ${JSON.stringify(wrong) ?? "nothing"}, its paths are ${known.map((path) => `"${path}"`).join(", ")}`,
      {
        where,
        hint: "return one of its paths, a list of them, or [] for none",
      },
    );
  }
  return [...new Set(chosen as readonly string[])];
}

function taskGone(dag: DagDefinition | undefined, input: TaskInput, where: string): HeadgateError {
  const worker = dag === undefined ? "this worker has no such DAG" : `this worker has plan ${dag.plan.hash.slice(0, 12)}, in which it does not exist`;
  return new HeadgateError("E_TASK_GONE", `task "${input.task}" belongs to plan ${input.plan.slice(0, 12)} of the run; ${worker}`, {
    where,
    hint: "run a worker with the code of the run's plan until the run has ended, or start the run again with the deployed plan",
  });
}
