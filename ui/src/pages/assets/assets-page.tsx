import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Asset } from "../../api/schema.gen.ts";
import { Cut } from "../../parts/cut.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { Filters } from "../../parts/filters.tsx";
import { AssetLink, RunLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";

const COLUMNS: readonly Column<Asset>[] = [
  { title: "Asset", cell: ({ asset }) => <AssetLink asset={asset} />, className: "min-w-56" },
  { title: "Last event", cell: ({ last }) => (last === null ? <span className="text-soft">never</span> : <Time at={last.at} />) },
  { title: "Freshness", from: "sm", cell: ({ freshness }) => (freshness === null ? null : <Status status={freshness.state} />) },
  { title: "From", from: "md", cell: ({ last }) => (last === null ? null : last.run === null ? <Cut text={last.source} /> : <RunLink run={last.run} />) },
  { title: "Events", align: "right", from: "sm", cell: ({ version }) => version.toLocaleString("en-US") },
  { title: "Partitions", align: "right", from: "lg", cell: ({ partitions }) => (partitions === 0 ? null : partitions.toLocaleString("en-US")) },
  { title: "Owner", from: "lg", cell: ({ definition }) => definition?.owner },
  { title: "Tags", from: "xl", cell: ({ definition }) => <Tags tags={definition?.tags ?? []} /> },
];

export function AssetsPage() {
  const filter = useSearch({ from: "/assets" });
  const assets = useInfiniteQuery(readPages<Asset>(["assets", "events"], v1`/assets`, filter));
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHeader title="Assets" about="What data there is, and when it last changed." />
      <Filters
        values={filter}
        fields={[
          { name: "search", label: "Part of the URI", kind: "text", wide: true },
          { name: "owner", label: "Owner", kind: "text" },
          { name: "tag", label: "Tag", kind: "text" },
          { name: "group", label: "Group", kind: "text" },
          { name: "freshness", label: "Freshness", kind: "choice", options: ["stale", "fresh", "unknown"] },
        ]}
      />
      <Panel padded={false}>
        <PagedTable
          label="Assets"
          query={assets}
          columns={COLUMNS}
          rowKey={({ asset }) => asset}
          empty={
            isFiltered ? (
              <Empty title="No asset matches">Remove a filter to see more.</Empty>
            ) : (
              <Empty title="No assets yet">
                An asset is there once a DAG that names it is deployed, or once an event of it is published: <Code>headgate dev</Code> deploys the project,{" "}
                <Code>headgate publish s3://lake/raw/orders</Code> publishes an event.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {tags.map((tag) => (
        <Link key={tag} to="/assets" search={{ tag }} className="rounded-sm bg-raised px-1.5 text-xs text-soft hover:text-ink">
          {tag}
        </Link>
      ))}
    </span>
  );
}
