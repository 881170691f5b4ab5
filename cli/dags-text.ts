import type { Plan, PlanTask } from "../core/plan.ts";
import type { DagDetails, DagRow } from "./dag-rows.ts";
import type { Output } from "./frame/output.ts";
import { runsText } from "./runs-text.ts";
import { conditionText } from "./text/condition-text.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { statusText } from "./text/status-text.ts";
import { renderTable } from "./text/table.ts";
import { durationText, relativeText } from "./text/time-text.ts";

type Look = Pick<Output, "now" | "paint" | "width">;

export function dagsText(rows: readonly DagRow[], { now, paint, width }: Look): string {
  return renderTable<DagRow>(
    [
      { title: "DAG", value: ({ dag }) => dag, cut: "middle", key: true, paint: paint.bold },
      { title: "STATE", value: stateOf, paint: (text, row) => statusText(stateOf(row), paint, text) },
      {
        title: "PENDING",
        value: ({ pending }) => pending,
        align: "right",
        paint: (text, { pending = 0 }) => (pending > 0 ? paint.blue(text) : paint.dim(text)),
      },
      { title: "RUNNING", value: ({ running }) => running, align: "right", paint: (text, { running }) => (running > 0 ? paint.cyan(text) : paint.dim(text)) },
      { title: "FAILED", value: ({ failedRuns }) => failedRuns || "", align: "right", paint: paint.red },
      {
        title: "LAST RUN",
        value: ({ lastRun }) => (lastRun === null ? "" : `${lastRun.status} ${relativeText(lastRun.endedAt ?? lastRun.startedAt, now)}`),
        paint: (text, { lastRun }) => (lastRun === null ? text : statusText(lastRun.status, paint, text)),
      },
      { title: "RUNS ON", value: ({ on }) => conditionText(on), cut: "end" },
    ],
    rows,
    { width, paintTitle: paint.dim },
  );
}

export function dagText(dag: DagDetails, look: Look): string {
  const { now, paint, width } = look;
  const { plan, failedRuns = 0, heldEvents = 0 } = dag;
  const head = renderDetails(
    [
      ["dag", paint.bold(dag.dag)],
      ["description", plan.description],
      [
        "state",
        `${statusText(stateOf(dag), paint)}${dag.paused === null ? "" : ` ${relativeText(dag.paused.since, now)}${dag.paused.by === null ? "" : ` by ${dag.paused.by}`}`}`,
      ],
      ["fault", dag.faulted === null ? undefined : paint.red(dag.faulted)],
      ["runs on", conditionText(plan.on)],
      ["policy", policyText(plan)],
      ["pending", dag.pending === undefined ? undefined : count(dag.pending, "event")],
      ["running", count(dag.running, "run")],
      ["held", failedRuns === 0 ? undefined : paint.red(`${count(failedRuns, "failed run")} with ${count(heldEvents, "event")}`)],
      ["project", dag.project],
      ["owner", plan.owner],
      ["tags", plan.tags.join(", ")],
      ["outlets", plan.outlets.map(({ asset }) => asset).join(", ")],
    ],
    paint,
  );
  return renderSections(
    head,
    [
      ["Tasks", plan.tasks.length === 0 ? "" : tasksText(plan.tasks, look)],
      ["Newest runs", dag.runs.length === 0 ? "" : runsText(dag.runs, { now, paint, width: width - 2 })],
    ],
    paint,
  );
}

function tasksText(tasks: readonly PlanTask[], { paint, width }: Look): string {
  return renderTable<PlanTask>(
    [
      { title: "TASK", value: ({ id }) => id },
      {
        title: "AFTER",
        value: ({ after, needs }) =>
          [
            ...new Set([
              ...needs.flatMap((need) => ("task" in need ? [need.task] : [])),
              ...after.map(({ path, task }) => (path === undefined ? task : `${task}.${path}`)),
            ]),
          ].join(", "),
        cut: "end",
      },
      { title: "WHEN", value: ({ when }) => (when === "all-succeeded" ? "" : when) },
      { title: "RETRIES", value: ({ retries }) => retries || "", align: "right" },
      { title: "TIMEOUT", value: ({ timeout }) => durationText(timeout), align: "right" },
      { title: "OUTLETS", value: ({ outlets }) => outlets.map(({ asset }) => asset).join(", "), cut: "middle" },
    ],
    tasks,
    { width: width - 2, paintTitle: paint.dim },
  );
}

/** What the plan says; defaults go without saying. */
function policyText({ policy }: Plan): string | undefined {
  const parts = Object.entries(policy).map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', "")}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function stateOf({ faulted, paused, running }: DagRow): "faulted" | "paused" | "running" | "active" {
  if (faulted !== null) return "faulted";
  if (paused !== null) return "paused";
  return running > 0 ? "running" : "active";
}
