import type { JsonObject } from "../../core/json.ts";
import { facet, ownFacet, PRODUCER, schemaUrl } from "./facets.ts";
import { outputsOf, type ToldRun } from "./run-events.ts";
import { lineageRunId } from "./run-id.ts";

const ENDS = { succeeded: "COMPLETE", failed: "FAIL", cancelled: "ABORT" } as const;

/**
 * The tasks of a run that has ended, each as a run of its own job `<dag>.<task>` whose parent is the run: when it began and how it ended, over all its attempts,
 * and what it published. Tasks that never ran are not told, and items of maps only with their map.
 */
export function taskEvents(told: ToldRun, namespace: string): readonly JsonObject[] {
  const { attempts, tasks, temporalRunId } = told.run;
  return tasks.flatMap(({ task, status, at, why, temporalRunId: of }) => {
    const own = attempts.filter((attempt) => attempt.temporalRunId === of && nameOf(attempt.task) === task);
    const startedAt = Math.min(...own.map((attempt) => attempt.startedAt));
    if (of !== temporalRunId || own.length === 0 || task.endsWith("]") || !(status in ENDS)) return [];
    const endedAt = Math.max(at, ...own.map((attempt) => attempt.endedAt ?? startedAt));
    const about = aboutTask(told, namespace, { task, startedAt, attempts: own.length, error: status === "failed" ? why : null });
    return [
      { eventType: "START", eventTime: iso(startedAt), ...about, inputs: [], outputs: [] },
      { eventType: ENDS[status as keyof typeof ENDS], eventTime: iso(endedAt), ...about, inputs: [], outputs: outputsOf(told, publishedBy(told, task)) },
    ];
  });
}

interface ToldTask {
  readonly task: string;
  readonly startedAt: number;
  readonly attempts: number;
  readonly error: string | null;
}

function aboutTask({ run }: ToldRun, namespace: string, { task, startedAt, attempts, error }: ToldTask): JsonObject {
  return {
    producer: PRODUCER,
    schemaURL: schemaUrl("RunEvent"),
    run: {
      runId: lineageRunId(`${run.run} ${task}`, startedAt),
      facets: {
        headgate_task: ownFacet("RunFacet", { run: run.run, task, attempts }),
        parent: facet("ParentRunFacet", { run: { runId: lineageRunId(run.run, run.startedAt) }, job: { namespace, name: run.dag } }),
        ...(error === null ? {} : { errorMessage: facet("ErrorMessageRunFacet", { message: error, programmingLanguage: "TypeScript" }) }),
      },
    },
    job: {
      namespace,
      name: `${run.dag}.${task}`,
      facets: { jobType: facet("JobTypeJobFacet", { processingType: "BATCH", integration: "HEADGATE", jobType: "TASK" }) },
    },
  };
}

/** Ids of what a task publishes begin with the run, its execution and the task. */
function publishedBy({ run }: ToldRun, task: string): ToldRun["run"]["published"] {
  const begin = `${run.run}/${run.temporalRunId}/`;
  return run.published.filter(({ id }) => id.startsWith(begin) && nameOf(id.slice(begin.length, id.lastIndexOf("/"))) === task);
}

/** Of an item of a map the map: `load[3]` is `load`. */
function nameOf(task: string): string {
  return task.replace(/\[.*$/, "");
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
