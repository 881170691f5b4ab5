import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { GridRun } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panel.tsx";
import { StatusMark } from "../../parts/status.tsx";
import { durationText, localText } from "../../parts/time-text.ts";
import { TONE_MARK, toneOf } from "../../parts/tone.ts";
import { gridOf } from "./grid-of.ts";

/** So many runs are shown. */
const RUNS = 40;
/** Wide enough for a finger. */
const CELL = "w-7 min-w-7 p-0 text-center";

interface RunGridProps {
  readonly dag: string;
  /** In the order of the plan. */
  readonly planned: readonly string[];
}

/** The last runs from left to right and their tasks from top to bottom: a bar says how long a run took, a mark how a task ended. */
export function RunGrid({ dag, planned }: RunGridProps) {
  const runs = useQuery(read<{ readonly items: readonly GridRun[] }>(["runs", "tasks"], v1`/dags/${dag}/grid`, { limit: RUNS }));
  return (
    <Panel
      title="Last runs"
      padded={false}
      aside={
        <Link to="/runs" search={{ dag }} className="text-accent hover:underline">
          All runs
        </Link>
      }
    >
      <Loaded query={runs} rows={4}>
        {({ items }) => (items.length === 0 ? <p className="px-4 py-5 text-sm text-soft">It has not run yet.</p> : <Grid runs={items} planned={planned} />)}
      </Loaded>
    </Panel>
  );
}

function Grid({ runs, planned }: { readonly runs: readonly GridRun[]; readonly planned: readonly string[] }) {
  const { columns, tasks, longest } = gridOf(runs, planned, Date.now());
  const box = useRef<HTMLElement>(null);
  // The newest run stands at the right, and that is what is looked for.
  useEffect(() => {
    if (box.current !== null) box.current.scrollLeft = box.current.scrollWidth;
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={box} aria-label="Grid of runs and tasks" tabIndex={0} className="overflow-x-auto py-3">
      <table className="border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            <td className="sticky left-0 z-10 min-w-32 bg-panel px-4 pb-1 align-bottom text-2xs text-soft sm:min-w-52">{durationText(longest)} at most</td>
            {columns.map(({ run, height, took }) => (
              <th key={run.run} scope="col" className={`${CELL} h-14 align-bottom font-normal`}>
                <Link
                  to="/runs/$run"
                  params={{ run: run.run }}
                  title={`${run.run}\n${run.status}${run.partition === null ? "" : `, ${run.partition}`}\n${localText(Date.parse(run.startedAt))}, ${durationText(took)}`}
                  className="group flex h-14 w-7 items-end justify-center rounded-sm hover:bg-raised"
                >
                  <span className="sr-only">{`${run.run}: ${run.status}`}</span>
                  <span
                    aria-hidden="true"
                    className={`w-3 rounded-t-[2px] ${TONE_MARK[toneOf(run.status)]} ${run.status === "running" ? "animate-pulse-dot" : ""}`}
                    style={{ height: `${Math.max(6, height * 100)}%` }}
                  />
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <tr key={task} className="group/row">
              <th
                scope="row"
                className="sticky left-0 z-10 max-w-52 truncate bg-panel px-4 py-0 text-left font-normal group-hover/row:text-accent"
                title={task}
              >
                {task}
              </th>
              {columns.map(({ run, states }) => (
                <td key={run.run} className={`${CELL} h-7 group-hover/row:bg-raised/60`}>
                  <TaskCell run={run.run} task={task} status={states.get(task)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TaskCell({ run, task, status }: { readonly run: string; readonly task: string; readonly status: string | undefined }) {
  if (status === undefined) return null;
  return (
    <Link
      to="/runs/$run"
      params={{ run }}
      search={{ task }}
      title={`${task}: ${status}`}
      className="grid h-7 w-7 place-items-center rounded-sm hover:bg-raised"
    >
      <StatusMark status={status} word={`${task}: ${status}`} />
    </Link>
  );
}
