import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { DagDetails, GridRun, Plan } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { shownStatus } from "../../parts/task-graph/shown-status.ts";
import { TaskGraph } from "../../parts/task-graph/task-graph.tsx";
import { hasEnded } from "../run/has-ended.ts";
import { DagActions } from "./dag-actions.tsx";
import { DagFacts } from "./dag-facts.tsx";
import { RunGrid } from "./run-grid.tsx";
import { stateOf } from "./state-of.ts";
import { upstreamOf } from "./upstream-of.ts";
import { Why } from "./why.tsx";

/** One DAG: why it does or does not run, its last runs, its tasks as they are now. */
export function DagPage() {
  const { dag } = useParams({ from: "/dags/$dag" });
  const details = useQuery(read<DagDetails>(["dags", "runs", "events"], v1`/dags/${dag}`));
  return (
    <Loaded query={details} rows={6}>
      {(found) => <FoundDag details={found} />}
    </Loaded>
  );
}

function FoundDag({ details }: { readonly details: DagDetails }) {
  const { dag, plan, paused, project } = details;
  return (
    <>
      <PageHeader
        title={dag}
        kind="DAG"
        state={<Status {...stateOf(details)} />}
        about={plan?.description}
        actions={<DagActions dag={dag} project={project} plan={plan} isPaused={paused !== null} />}
      />
      <div className="space-y-4">
        <Why dag={dag} />
        <RunGrid dag={dag} planned={plan?.tasks.map(({ id }) => id) ?? []} />
        {plan === null ? null : (
          <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <Tasks dag={dag} plan={plan} />
            <Panel title="What it is">
              <DagFacts plan={plan} project={project} />
            </Panel>
          </div>
        )}
      </div>
    </>
  );
}

/** The graph of the tasks, with how they are in the run that is under way, or else in the last one. */
function Tasks({ dag, plan }: { readonly dag: string; readonly plan: Plan }) {
  const runs = useQuery(read<{ readonly items: readonly GridRun[] }>(["runs", "tasks"], v1`/dags/${dag}/grid`, { limit: 1 })).data?.items ?? [];
  const navigate = useNavigate();
  const [last] = runs;
  const states = new Map(last?.tasks.map((task) => [task.task, shownStatus(task)]));
  const tasks = plan.tasks.map((task) => ({
    ...{ id: task.id, upstream: upstreamOf(task), status: states.get(task.id) ?? null },
    note: [task.kind === "task" ? "" : task.kind, task.retries === 0 ? "" : `${task.retries} retries`].filter(Boolean).join(" · ") || null,
  }));
  return (
    <Panel title="Tasks" padded={false} aside={last === undefined ? undefined : hasEnded(last) ? "as in the last run" : "as they are now"}>
      <TaskGraph
        label="Graph of the tasks"
        tasks={tasks}
        {...(last === undefined ? {} : { onChoose: (task: string) => void navigate({ to: "/runs/$run", params: { run: last.run }, search: { task } }) })}
      />
    </Panel>
  );
}
