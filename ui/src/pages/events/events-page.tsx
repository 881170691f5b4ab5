import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Event } from "../../api/schema.gen.ts";
import type { Column } from "../../parts/data-table.tsx";
import { DataText } from "../../parts/data-text.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { Filters } from "../../parts/filters.tsx";
import { AssetLink, EventLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import { From } from "./from.tsx";

const COLUMNS: readonly Column<Event>[] = [
  { title: "Accepted", cell: ({ at }) => <Time at={at} />, className: "w-28" },
  { title: "Asset", cell: ({ asset }) => <AssetLink asset={asset} />, className: "min-w-48" },
  { title: "Partition", from: "sm", cell: ({ partition }) => <span className="font-mono text-xs">{partition}</span> },
  { title: "From", from: "md", cell: (event) => <From event={event} /> },
  { title: "Data", from: "xl", cell: ({ data }) => <DataText data={data} /> },
  { title: "Event", cell: (event) => <EventLink {...event} />, className: "min-w-40" },
];

export function EventsPage() {
  const filter = useSearch({ from: "/events" });
  const events = useInfiniteQuery(readPages<Event>(["events"], v1`/events`, filter));
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHeader title="Events" about="Each says that an asset changed. Open one to see what every consumer did with it." />
      <Filters
        values={filter}
        fields={[
          { name: "prefix", label: "Beginning of the asset's URI", kind: "text", wide: true },
          { name: "id", label: "Id", kind: "text" },
          { name: "source", label: "Source", kind: "text" },
          { name: "run", label: "Run that published", kind: "text" },
        ]}
      />
      <Panel padded={false}>
        <PagedTable
          label="Events"
          query={events}
          columns={COLUMNS}
          rowKey={({ registry, seq }) => `${registry} ${seq}`}
          empty={
            isFiltered ? (
              <Empty title="No event matches">Remove a filter to see more.</Empty>
            ) : (
              <Empty title="No events yet">
                Watchers publish events when data arrives. By hand: <Code>headgate publish s3://lake/raw/orders</Code>
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}
