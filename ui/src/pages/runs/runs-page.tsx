import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Run } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { Filters } from "../../parts/filters.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import { RUN_COLUMNS } from "./run-columns.tsx";
import { SINCE, sinceOf } from "./since.ts";
import { WorkProgress } from "./work-progress.tsx";

const STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"];

/** All runs, the newest first, and what can be done with all that the filters find. */
export function RunsPage() {
  const filter = useSearch({ from: "/runs" });
  const [bulk, setBulk] = useState<"cancel" | "rerun" | null>(null);
  const since = sinceOf(filter.since, Date.now());
  const runs = useInfiniteQuery(readPages<Run>(["runs"], v1`/runs`, { ...filter, since }));
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const choice = {
    ...(filter.status === undefined ? {} : { status: filter.status }),
    ...(filter.dag === undefined ? {} : { dags: filter.dag }),
    ...(filter.partition === undefined ? {} : { partition: filter.partition }),
    ...(since === undefined ? {} : { since }),
  };
  // What the API chooses by must be the filters and nothing else; a backfill is cancelled as a whole.
  const canBulk = Object.keys(choice).length > 0 && filter.work === undefined && filter.of === undefined;
  const mayRun = filter.status === undefined || filter.status === "running" || filter.status === "queued";
  const mayHaveFailed = filter.status === undefined || filter.status === "failed";
  return (
    <>
      <PageHeader
        title="Runs"
        about="What ran, runs now, and why."
        actions={
          canBulk ? (
            <ForOperators>
              {mayRun ? (
                <Button look="danger" onClick={() => setBulk("cancel")}>
                  Cancel these
                </Button>
              ) : null}
              {mayHaveFailed ? <Button onClick={() => setBulk("rerun")}>Rerun failed ones</Button> : null}
            </ForOperators>
          ) : undefined
        }
      />
      <Filters
        values={filter}
        fields={[
          { name: "status", label: "Status", kind: "choice", options: STATUSES },
          { name: "since", label: "Started", kind: "choice", options: SINCE },
          { name: "dag", label: "DAG", kind: "text" },
          { name: "partition", label: "Partition", kind: "text" },
          ...(filter.work === undefined ? [] : [{ name: "work", label: "Backfill or repair", kind: "text" } as const]),
        ]}
      />
      {filter.work === undefined ? null : <WorkProgress id={filter.work} />}
      <Panel padded={false}>
        <PagedTable
          label="Runs"
          query={runs}
          columns={RUN_COLUMNS}
          rowKey={({ run }) => run}
          empty={
            isFiltered ? (
              <Empty title="No run is like that">Change the filters, or clear them.</Empty>
            ) : (
              <Empty title="Nothing ran yet">
                A DAG runs when the events that it waits for are there. Publish one with <Code>headgate publish</Code>, or trigger a DAG on its page.
              </Empty>
            )
          }
        />
      </Panel>
      {bulk === null ? null : <BulkDialog what={bulk} choice={choice} onClose={() => setBulk(null)} />}
    </>
  );
}
