import type { Run } from "../../api/schema.gen.ts";
import type { Column } from "../../parts/data-table.tsx";
import { DagLink, RunLink } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";
import { Time, Took } from "../../parts/time.tsx";
import { CauseText } from "../run/run-summary.tsx";

/** The columns of a list of runs. */
export const RUN_COLUMNS: readonly Column<Run>[] = [
  { title: "Status", cell: ({ status }) => <Status status={status} />, className: "w-32" },
  { title: "Run", cell: ({ run }) => <RunLink run={run} />, className: "min-w-48" },
  { title: "DAG", from: "lg", cell: ({ dag }) => <DagLink dag={dag} /> },
  { title: "Partition", from: "md", cell: ({ partition }) => (partition === null ? null : <span className="font-mono text-xs">{partition}</span>) },
  { title: "Started", cell: ({ startedAt }) => <Time at={startedAt} /> },
  { title: "Took", from: "sm", align: "right", cell: ({ startedAt, endedAt }) => <Took from={startedAt} to={endedAt} /> },
  { title: "Events", from: "md", align: "right", cell: ({ events }) => (events === 0 ? null : events.toLocaleString("en-US")) },
  {
    title: "Cause or error",
    from: "xl",
    cell: ({ cause, error }) => (error === null ? <CauseText cause={cause} /> : <ErrorLine error={error} />),
    className: "max-w-md",
  },
];

/** Of a failed run what it says is worth more than what started it. */
function ErrorLine({ error }: { readonly error: string }) {
  return (
    <span className="line-clamp-1 break-all text-bad" title={error}>
      {error}
    </span>
  );
}
