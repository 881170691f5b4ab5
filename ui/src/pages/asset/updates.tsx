import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { AssetEvent } from "../../api/schema.gen.ts";
import { Cut } from "../../parts/cut.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { DataText } from "../../parts/data-text.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { EventLink, RunLink } from "../../parts/names.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import { Trends } from "./trends.tsx";

const COLUMNS: readonly Column<AssetEvent>[] = [
  { title: "Accepted", cell: ({ at }) => <Time at={at} />, className: "w-28" },
  { title: "Partition", from: "sm", cell: ({ partition }) => <span className="font-mono text-xs whitespace-nowrap">{partition}</span> },
  { title: "Version", align: "right", from: "md", cell: ({ version }) => version.toLocaleString("en-US") },
  { title: "From", cell: ({ run, source }) => (run === null ? <Cut text={source} /> : <RunLink run={run} />) },
  { title: "Data", from: "md", cell: ({ data }) => <DataText data={data} /> },
  { title: "Event", from: "sm", cell: ({ source, id }) => <EventLink source={source} id={id} />, className: "min-w-32" },
];

/** The history of an asset: each event with the run that made it, and the numbers in its data over time. */
export function Updates({ asset }: { readonly asset: string }) {
  const { partition } = useSearch({ from: "/assets/$asset" });
  const only = partition === undefined || partition.includes(",") ? undefined : partition;
  const events = useInfiniteQuery(readPages<AssetEvent>(["events"], v1`/assets/${asset}/events`, { partition: only }));
  return (
    <Panel title="Updates" aside={only === undefined ? null : `of partition ${only}`} padded={false}>
      <Trends events={events.data ?? []} />
      <PagedTable
        label="Updates"
        query={events}
        columns={COLUMNS}
        rowKey={({ registry, seq }) => `${registry} ${seq}`}
        empty={
          <Empty title="No events yet">
            <Code>headgate publish {asset}</Code> publishes one.
          </Empty>
        }
      />
    </Panel>
  );
}
