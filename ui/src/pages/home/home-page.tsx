import { useInfiniteQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Run } from "../../api/shapes.ts";
import { Code, Empty } from "../../parts/empty.tsx";
import { DagLink, RunLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time, Took } from "../../parts/time.tsx";

export function HomePage() {
  const runs = useInfiniteQuery(readPages<Run>(["runs"], v1`/runs`, { limit: 20 }));
  return (
    <>
      <PageHeader title="Overview" />
      <Panel title="Newest runs" padded={false}>
        <PagedTable
          label="Newest runs"
          query={runs}
          rowKey={({ run }) => run}
          columns={[
            { title: "Status", cell: ({ status }) => <Status status={status} /> },
            { title: "DAG", cell: ({ dag }) => <DagLink dag={dag} /> },
            { title: "Run", from: "md", cell: ({ run }) => <RunLink run={run} /> },
            { title: "Started", cell: ({ startedAt }) => <Time at={startedAt} /> },
            { title: "Took", align: "right", from: "sm", cell: ({ startedAt, endedAt }) => <Took from={startedAt} to={endedAt} /> },
          ]}
          empty={
            <Empty title="No runs yet">
              A DAG runs once its condition holds. Try one: <Code>headgate dags trigger orders-clean</Code>
            </Empty>
          }
        />
      </Panel>
    </>
  );
}
