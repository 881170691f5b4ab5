import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Dag } from "../../api/schema.gen.ts";
import type { Column } from "../../parts/data-table.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { Filters } from "../../parts/filters.tsx";
import { DagLink, RunLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time, Took } from "../../parts/time.tsx";

import { stateOf } from "./state-of.ts";

const COLUMNS: readonly Column<Dag>[] = [
  { title: "DAG", cell: ({ dag, condition }) => <NameAndCondition dag={dag} condition={condition} />, className: "min-w-52 max-w-xl" },
  { title: "State", cell: (row) => <Status {...stateOf(row)} />, className: "w-40" },
  {
    title: "Pending",
    align: "right",
    from: "sm",
    cell: ({ pending = 0 }) => (pending === 0 ? null : <span className="text-wait">{pending.toLocaleString("en-US")}</span>),
  },
  { title: "Last run", cell: ({ lastRun }) => (lastRun === null ? <span className="text-soft">never ran</span> : <LastRun run={lastRun} />) },
  { title: "Took", align: "right", from: "lg", cell: ({ lastRun }) => (lastRun === null ? null : <Took from={lastRun.startedAt} to={lastRun.endedAt} />) },
  { title: "Project", from: "md", cell: ({ project }) => project },
];

/** All deployed DAGs: how each is now, and how its last run went. */
export function DagsPage() {
  const filter = useSearch({ from: "/dags" });
  const dags = useInfiniteQuery(readPages<Dag>(["dags", "runs"], v1`/dags`, filter));
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title="DAGs" about="What runs when the data that it needs is there." />
      <Filters
        values={filter}
        fields={[
          { name: "search", label: "Name", kind: "text", wide: true },
          { name: "project", label: "Project", kind: "text" },
        ]}
      />
      <Panel padded={false}>
        <PagedTable
          label="DAGs"
          query={dags}
          columns={COLUMNS}
          rowKey={({ dag }) => dag}
          empty={
            isFiltered ? (
              <Empty title="No DAG is called like that">Change the filters, or clear them.</Empty>
            ) : (
              <Empty title="No DAG is deployed">
                <Code>headgate init</Code> writes a first one, <Code>headgate deploy</Code> brings it here.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}

function NameAndCondition({ dag, condition }: { readonly dag: string; readonly condition: string | null | undefined }) {
  return (
    <div className="min-w-0 leading-snug">
      <DagLink dag={dag} />
      {condition === undefined ? null : (
        <p className="line-clamp-1 text-xs break-all text-soft" title={condition ?? ""}>
          {condition === null ? "when somebody starts it" : `on ${condition}`}
        </p>
      )}
    </div>
  );
}

function LastRun({ run: { run, status, startedAt } }: { readonly run: NonNullable<Dag["lastRun"]> }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <Status status={status} />
      <span className="hidden xl:inline">
        <RunLink run={run} />
      </span>
      <span className="text-xs text-soft">
        <Time at={startedAt} />
      </span>
    </span>
  );
}
