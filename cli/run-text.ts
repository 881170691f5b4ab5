import type { StoredEvent } from "../store/queries/events.ts";
import type { RunAttempt, RunDetails } from "../store/queries/runs.ts";
import type { Output } from "./frame/output.ts";
import { attemptsOf, attemptsToShow, itemsText } from "./item-attempts.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import type { Paint } from "./text/paint.ts";
import { statusText } from "./text/status-text.ts";
import { type Column, renderTable } from "./text/table.ts";
import { durationText, isoTime, relativeText } from "./text/time-text.ts";

export function runText(run: RunDetails, { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  const table = { width: width - 2, paintTitle: paint.dim };
  // A run that was reset has the tasks of its earlier lives as well.
  const isOfThisLife = ({ temporalRunId }: { readonly temporalRunId: string }): boolean => run.temporalRunId === null || temporalRunId === run.temporalRunId;
  const tasks = run.tasks.filter(isOfThisLife);
  const all = run.attempts.filter(isOfThisLife);
  const attempts = attemptsToShow(all);
  const head = renderDetails(
    [
      ["run", paint.bold(run.run)],
      ["dag", run.dag],
      ["status", statusText(run.status, paint)],
      ["partition", run.partition],
      ["because", run.cause.kind === "rerun" ? `it repeats ${run.cause.text}` : run.cause.text],
      ["started", `${isoTime(run.startedAt)}  ${paint.dim(relativeText(run.startedAt, now))}`],
      ["took", run.endedAt === null ? undefined : durationText(run.endedAt - run.startedAt)],
      ["plan", run.plan?.slice(0, 12)],
      ["repeated by", run.reruns.length === 0 ? undefined : run.reruns.join(", ")],
      ["error", run.error === null ? undefined : paint.red(run.error)],
    ],
    paint,
  );
  return renderSections(
    head,
    [
      ["Tasks", tasks.length === 0 ? "" : renderTable(taskColumns(all, paint), tasks, table)],
      ["Attempts", attempts.every(({ attempt }) => attempt === 1) ? "" : renderTable(attemptColumns(paint), attempts, table)],
      ...lastErrors(attempts).map(({ task, error }): [string, string] => [`Error of ${task}`, paint.red(error ?? "")]),
      [`Took ${count(run.consumed.length, "event")}`, run.consumed.length === 0 ? "" : renderTable(eventColumns, run.consumed, table)],
      [`Published ${count(run.published.length, "event")}`, run.published.length === 0 ? "" : renderTable(eventColumns, run.published, table)],
    ],
    paint,
  );
}

/** The error of each task whose last attempt failed, with its stack. */
function lastErrors(attempts: readonly RunAttempt[]): readonly RunAttempt[] {
  const last = new Map(attempts.toSorted((a, b) => a.attempt - b.attempt).map((attempt) => [attempt.task, attempt]));
  return [...last.values()].filter(({ error, status }) => error !== null && status === "failed");
}

function taskColumns(attempts: readonly RunAttempt[], paint: Paint): Column<RunDetails["tasks"][number]>[] {
  return [
    { title: "TASK", value: ({ task }) => task },
    { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => statusText(status, paint, text) },
    { title: "ATTEMPTS", value: ({ task }) => attemptsOf(task, attempts).length || "", align: "right" },
    { title: "TOOK", value: ({ task }) => tookText(attemptsOf(task, attempts)), align: "right" },
    { title: "WHY", value: ({ task, why }) => why ?? itemsText(task, attempts), cut: "end" },
  ];
}

function attemptColumns(paint: Paint): Column<RunAttempt>[] {
  return [
    { title: "TASK", value: ({ task }) => task },
    { title: "ATTEMPT", value: ({ attempt }) => attempt, align: "right" },
    { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => statusText(status, paint, text) },
    { title: "TOOK", value: (attempt) => tookText([attempt]), align: "right" },
    { title: "WORKER", value: ({ worker }) => worker, cut: "middle" },
    { title: "ERROR", value: ({ code, error }) => (error === null ? "" : `${code === null ? "" : `${code}: `}${error.split("\n", 1)[0]}`), cut: "end" },
  ];
}

const eventColumns: Column<StoredEvent>[] = [
  { title: "ASSET", value: ({ asset }) => asset, cut: "middle", key: true },
  { title: "PARTITION", value: ({ partition }) => partition },
  { title: "SOURCE", value: ({ source }) => source, cut: "middle" },
  { title: "ID", value: ({ id }) => id, cut: "middle" },
  { title: "TIME", value: ({ time }) => isoTime(time) },
];

function tookText(attempts: readonly RunAttempt[]): string {
  const ended = attempts.filter(({ endedAt }) => endedAt !== null);
  if (ended.length === 0) return "";
  return durationText(Math.max(...ended.map(({ endedAt }) => endedAt ?? 0)) - Math.min(...ended.map(({ startedAt }) => startedAt)));
}
