import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { RunDetails } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { DagLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { TaskGraph } from "../../parts/task-graph/task-graph.tsx";
import { durationText } from "../../parts/time-text.ts";
import { upstreamOf } from "../dag/upstream-of.ts";
import { Approvals } from "./approvals.tsx";
import { EventList } from "./event-list.tsx";
import { Gantt } from "./gantt.tsx";
import { hasEnded } from "./has-ended.ts";
import { usePinnedPlan } from "./pinned-plan.ts";
import { RunActions } from "./run-actions.tsx";
import { RunSummary } from "./run-summary.tsx";
import { StartedRuns } from "./started-runs.tsx";
import { TaskPanel } from "./task-panel.tsx";
import { type TaskRow, taskRowsOf } from "./task-rows.ts";
import { isTold, Trouble } from "./trouble.tsx";
import { RunValues } from "./values.tsx";

/** In the address: no task is chosen, and the lines of all are shown. */
const WHOLE = "*";

/** One run: why it failed first, then its tasks, their lines, and what it took and what came of it. */
export function RunPage() {
  const { run } = useParams({ from: "/runs/$run" });
  const details = useQuery(read<RunDetails>(["runs", "tasks", "events"], v1`/runs/${run}`));
  return (
    <Loaded query={details} rows={6}>
      {(found) => <FoundRun details={found} />}
    </Loaded>
  );
}

function FoundRun({ details }: { readonly details: RunDetails }) {
  const { run, dag, status } = details;
  const { task, attempt, level } = useSearch({ from: "/runs/$run" });
  const navigate = useNavigate();
  const planned = usePinnedPlan(details)?.tasks ?? [];
  const ids = planned.map(({ id }) => id);
  const rows = taskRowsOf(details, ids);
  // What went wrong, or goes on, is what somebody came for.
  const chosen =
    rows.find((row) => row.task === task) ?? (task === undefined ? rows.find((row) => row.status === "failed" && row.attempts.length > 0) : undefined);
  const choose = (next: string): void =>
    void navigate({
      to: ".",
      search: (before: object) => ({ ...before, task: next === chosen?.task ? WHOLE : next, attempt: undefined }),
      replace: true,
      resetScroll: false,
    });
  const upstream = new Map(planned.map((one) => [one.id, upstreamOf(one)]));
  return (
    <>
      <PageHeader
        title={run}
        kind={
          <>
            Run of <DagLink dag={dag} />
          </>
        }
        state={<Status status={status} />}
        actions={<RunActions details={details} tasks={ids} />}
      />
      <RunSummary details={details} />
      <Trouble details={details} rows={rows} />
      <Approvals run={run} planned={planned} rows={rows} />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0 space-y-4">
          <Panel title="Tasks" aside={<Counts rows={rows} />} padded={false}>
            {rows.length === 0 ? (
              <p className="px-4 py-5 text-sm text-soft">No task has begun yet.</p>
            ) : (
              <>
                <TaskGraph
                  label="Graph of the tasks"
                  tasks={rows
                    .filter(({ map }) => map === null)
                    .map((row) => ({ id: row.task, upstream: upstream.get(row.task) ?? [], status: row.status, note: noteOf(row) }))}
                  chosen={chosen?.map ?? chosen?.task}
                  onChoose={choose}
                />
                <div className="border-t border-line">
                  <Gantt rows={rows} startedAt={details.startedAt} endedAt={details.endedAt} chosen={chosen?.task} onChoose={choose} />
                </div>
              </>
            )}
          </Panel>
          <TaskPanel run={run} row={chosen} attempt={attempt} level={level} isLive={!hasEnded(details)} isTold={isTold(details, rows, chosen?.task)} />
        </div>
        <div className="min-w-0 space-y-4">
          <RunValues run={run} task={chosen?.status === "succeeded" ? chosen.task : undefined} />
          <EventList title="Events it took" events={details.consumed} none="It consumed no events." />
          <EventList
            title="Events it published"
            events={details.published}
            none={hasEnded(details) ? "It published nothing." : "Nothing yet: outlets are published when their task has succeeded."}
          />
          <StartedRuns started={details.started} reruns={details.reruns} />
        </div>
      </div>
    </>
  );
}

function noteOf({ attempts, status, why }: TaskRow): string | null {
  const [first] = attempts;
  const last = attempts.at(-1);
  if (first === undefined || last === undefined) return why ?? (status === "waiting" ? null : status);
  const tries = attempts.length === 1 ? "" : ` · ${attempts.length} attempts`;
  return last.endedAt === null ? `running${tries}` : `${durationText(Date.parse(last.endedAt) - Date.parse(first.startedAt))}${tries}`;
}

/** How many tasks are how: `3 succeeded, 1 failed`. */
function Counts({ rows }: { readonly rows: readonly TaskRow[] }) {
  const counts = new Map<string, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => <Status key={status} status={status} text={`${count} ${status}`} />);
}
