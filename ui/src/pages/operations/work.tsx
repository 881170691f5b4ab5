import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Work } from "../../api/schema.gen.ts";
import { AssetLink, DagLink } from "../../parts/names.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";

/** Backfills and repairs: those under way, then the last ones that are over. Nothing while nobody asked for any. */
export function WorkList() {
  const work = useInfiniteQuery(readPages<Work>(["runs", "operations"], v1`/backfills`));
  if ((work.data ?? []).length === 0) return null;
  return (
    <Panel title="Backfills and repairs" padded={false}>
      <PagedTable
        label="Backfills and repairs"
        query={work}
        rowKey={({ id }) => id}
        columns={[
          { title: "Status", cell: ({ status }) => <Status status={status} />, className: "w-32" },
          {
            title: "What",
            cell: ({ id, kind }) => (
              <Link to="/runs" search={{ work: id }} title={id} className="font-medium hover:text-accent hover:underline">
                {kind}
              </Link>
            ),
          },
          { title: "Of", cell: ({ kind, of }) => (kind === "backfill" ? <DagLink dag={of} /> : <AssetLink asset={of} />) },
          {
            title: "Runs done",
            align: "right",
            cell: ({ runs }) => `${(runs.total - runs.waiting - runs.running).toLocaleString("en-US")} of ${runs.total.toLocaleString("en-US")}`,
          },
          {
            title: "Failed",
            align: "right",
            from: "sm",
            cell: ({ runs }) => (runs.failed === 0 ? null : <span className="text-bad">{runs.failed.toLocaleString("en-US")}</span>),
          },
          { title: "By", from: "md", cell: ({ by }) => by },
          { title: "Since", cell: ({ openedAt }) => <Time at={openedAt} /> },
        ]}
        empty={null}
      />
    </Panel>
  );
}
