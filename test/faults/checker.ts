import type { Client } from "@temporalio/client";
import { defaultPayloadConverter } from "@temporalio/common";
import pg from "pg";
import { storeSchema } from "../../cli/frame/connect.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { RunInput } from "../../core/run.ts";
import { readInputs } from "./generator.ts";
import type { Scene } from "./scene.ts";

/** One run as the Temporal server has it. */
export interface FoundRun {
  readonly run: string;
  /** `COMPLETED`, `TERMINATED`, ... */
  readonly status: string;
  readonly events: readonly AssetEvent[];
}

/** What differs between what went in, what ran, what was done and what the store says. Empty if the fault did no harm. */
export interface Findings {
  /** Ids of the generator's file that are in no run's input. */
  readonly lost: readonly string[];
  /** Ids that are in more than one run's input, or twice in one. */
  readonly doubled: readonly string[];
  /** Ids of runs' inputs that the generator never made. */
  readonly invented: readonly string[];
  /** Runs that have not ended. */
  readonly unended: readonly string[];
  /** `run event` pairs of runs' inputs that no task has noted. */
  readonly undone: readonly string[];
  /** `run event` pairs that a task noted and that are in no run's input. */
  readonly strange: readonly string[];
  /** `run event` pairs that the ledger says consumed and no run's input has, with `-`; the other way round with `+`. */
  readonly ledger: readonly string[];
  /** Runs whose status in the store is another one than on the server. */
  readonly statuses: readonly string[];
}

export const NOTHING_FOUND: Findings = { lost: [], doubled: [], invented: [], unended: [], undone: [], strange: [], ledger: [], statuses: [] };

export interface Checked {
  readonly findings: Findings;
  readonly runs: readonly FoundRun[];
}

export interface CheckOptions {
  /** The DAG whose runs had to take the inputs. */
  readonly dag: string;
  /** The asset of the inputs. */
  readonly asset: string;
  /** What of an event the generator's file knows it by. @default its id */
  readonly idOf?: (event: AssetEvent) => string;
}

/** Statuses of runs as the store says them. */
const STATUS: Readonly<Record<string, string>> = {
  COMPLETED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
  TERMINATED: "cancelled",
  TIMED_OUT: "failed",
};

/** Compares five witnesses as sets: the generator's file, the inputs of the runs, the effects of the tasks, the ledger, the runs of the store. */
export async function check(scene: Scene, { dag, asset, idOf = (event) => event.id }: CheckOptions): Promise<Checked> {
  const generated = readInputs(scene.inputs)
    .filter((input) => input.asset === asset)
    .map((input) => input.id);
  const runs = await findRuns(scene.client, scene.queue, dag);
  const taken = runs.flatMap((run) => run.events.map((event) => ({ id: idOf(event), pair: `${run.run} ${event.id}` })));
  const ids = taken.map((one) => one.id);
  const pairs = new Set(taken.map((one) => one.pair));
  const done = new Set(scene.lines().flatMap((line) => (line.run.startsWith(`${dag}/`) ? [`${line.run} ${line.event}`] : [])));
  const succeeded = new Set(runs.flatMap((run) => (run.status === "COMPLETED" ? run.events.map((event) => `${run.run} ${event.id}`) : [])));
  const stored = await readStore(scene, dag, asset);

  return {
    runs,
    findings: {
      lost: minus(generated, ids),
      doubled: repeated(ids),
      invented: minus(ids, generated),
      unended: runs.filter((run) => run.status === "RUNNING").map((run) => run.run),
      undone: minus(succeeded, done),
      strange: minus(done, pairs),
      ledger: [...minus(stored.consumed, pairs).map((pair) => `-${pair}`), ...minus(pairs, stored.consumed).map((pair) => `+${pair}`)],
      statuses: [
        ...runs.flatMap((run) =>
          stored.statuses.get(run.run) === STATUS[run.status] ? [] : [`${run.run}: ${run.status}, in the store ${stored.statuses.get(run.run)}`],
        ),
        // A run that was deleted, or undone before it started, is known to the store alone, which says so.
        ...minus(
          stored.statuses.keys(),
          runs.map((run) => run.run),
        ).flatMap((run) => (stored.statuses.get(run) === "cancelled" ? [] : [`${run}: only in the store`])),
      ],
    },
  };
}

function repeated(ids: readonly string[]): string[] {
  const once = new Set<string>();
  return [...new Set(ids.filter((id) => once.size === once.add(id).size))].sort();
}

function minus(all: Iterable<string>, without: Iterable<string>): string[] {
  const gone = new Set(without);
  return [...new Set(all)].filter((one) => !gone.has(one)).sort();
}

/** Every run of a DAG that the server has, with the input of its first event. A run that was reset counts once, by its newest life. */
export async function findRuns(client: Client, queue: string, dag: string): Promise<readonly FoundRun[]> {
  const found = new Map<string, string>();
  // Newest first.
  for await (const { workflowId, status } of client.workflow.list({ query: `TaskQueue = "${queue}" AND WorkflowType = "${dag}"` })) {
    if (!found.has(workflowId)) found.set(workflowId, status.name);
  }
  const runs: FoundRun[] = [];
  for (const [run, status] of found) runs.push({ run, status, events: (await inputOf(client, run)).events ?? [] });
  return runs;
}

async function inputOf(client: Client, workflowId: string): Promise<RunInput> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payload == null ? {} : defaultPayloadConverter.fromPayload<RunInput>(payload);
}

/** What the ledger says now, and the last status of every run. */
async function readStore(
  { store, servers }: Scene,
  dag: string,
  asset: string,
): Promise<{ readonly consumed: Set<string>; readonly statuses: Map<string, string> }> {
  const runs = await store.listRuns({ dag, limit: 10_000 });
  const schema = pg.escapeIdentifier(storeSchema(servers.environment));
  const db = new pg.Client({ connectionString: servers.databaseUrl });
  await db.connect();
  try {
    const { rows } = await db.query<{ run: string; id: string }>(
      `select f.run, e.id from ${schema}.fates f join ${schema}.events e on e.registry = f.registry and e.seq = f.seq
       where f.dag = $1 and e.asset = $2 and f.fate = 'consumed'`,
      [dag, asset],
    );
    return { consumed: new Set(rows.map(({ run, id }) => `${run} ${id}`)), statuses: new Map(runs.map((run) => [run.run, run.status])) };
  } finally {
    await db.end();
  }
}
