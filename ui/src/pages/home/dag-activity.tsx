import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Run } from "../../api/schema.gen.ts";
import { Code, Empty } from "../../parts/empty.tsx";
import { DagLink } from "../../parts/names.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Status } from "../../parts/status.tsx";
import { Time, Took } from "../../parts/time.tsx";
import { bothZones, durationText } from "../../parts/time-text.ts";
import { TONE_MARK, toneOf } from "../../parts/tone.ts";
import { type Activity, activityOf } from "./activity.ts";

/** Runs of one DAG that stand in a line. */
const BARS = 24;
const HIGH = 22;
const LOW = 5;
/** DAGs that are shown; the page of DAGs has all. */
const SHOWN = 12;

/** Each DAG that ran lately with its newest runs as bars: the colour is how a run ended, the height how long it took. */
export function DagActivity({ runs }: { readonly runs: UseInfiniteQueryResult<readonly Run[]> }) {
  const activity = {
    ...runs,
    data: runs.data === undefined ? undefined : activityOf(runs.data, BARS).slice(0, SHOWN),
    hasNextPage: false,
  } as UseInfiniteQueryResult<readonly Activity[]>;
  return (
    <PagedTable
      label="DAGs that ran lately"
      query={activity}
      rowKey={({ dag }) => dag}
      columns={[
        { title: "DAG", cell: ({ dag }) => <DagLink dag={dag} /> },
        {
          title: "State",
          cell: ({ last }) => (
            <Link to="/runs/$run" params={{ run: last.run }} title={last.run} className="hover:underline">
              <Status status={last.status} />
            </Link>
          ),
        },
        { title: "Runs", from: "sm", className: "w-52", cell: (one) => <Bars activity={one} /> },
        { title: "Because", from: "lg", cell: ({ last }) => <span className="line-clamp-1 text-soft">{last.cause.text}</span> },
        { title: "Last run", cell: ({ last }) => <Time at={last.startedAt} /> },
        { title: "Took", align: "right", from: "sm", cell: ({ last }) => <Took from={last.startedAt} to={last.endedAt} /> },
      ]}
      empty={
        <Empty title="No runs yet">
          A DAG runs once its condition holds. <Code>headgate explain &lt;dag&gt;</Code> says what it waits for; <Code>headgate dags run &lt;dag&gt;</Code>{" "}
          starts one now.
        </Empty>
      }
    />
  );
}

/** Too narrow to be pressed: the last run is behind its state, all of them behind the DAG. */
function Bars({ activity: { runs } }: { readonly activity: Activity }) {
  const longest = Math.max(1, ...runs.map(tookOf));
  const failed = runs.filter(({ status }) => status === "failed").length;
  return (
    <div role="img" aria-label={`the last ${runs.length} runs, ${failed} of them failed`} className="flex h-6 items-end gap-[2px]">
      {runs.map((run) => (
        <span
          key={run.run}
          title={`${run.run}\n${run.status}${run.endedAt === null ? "" : `, took ${durationText(tookOf(run))}`}\n${bothZones(Date.parse(run.startedAt))}`}
          className={`block w-[6px] rounded-[1px] ${run.status === "succeeded" ? "bg-good/50" : TONE_MARK[toneOf(run.status)]} ${run.status === "running" ? "animate-pulse-dot" : ""}`}
          style={{ height: LOW + (tookOf(run) / longest) * (HIGH - LOW) }}
        />
      ))}
    </div>
  );
}

/** Milliseconds; of one that runs, a bar as low as that of the shortest. */
function tookOf({ startedAt, endedAt }: Run): number {
  return endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
}
