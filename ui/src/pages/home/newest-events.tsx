import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { type Page, read } from "../../api/read.ts";
import type { Event } from "../../api/schema.gen.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { AssetLink } from "../../parts/names.tsx";
import { Time } from "../../parts/time.tsx";
import { From } from "../events/from.tsx";

const SHOWN = 12;

const COLUMNS: readonly Column<Event>[] = [
  { title: "Asset", cell: ({ asset }) => <AssetLink asset={asset} />, className: "min-w-48" },
  { title: "Partition", from: "sm", cell: ({ partition }) => <span className="font-mono text-xs whitespace-nowrap">{partition}</span> },
  { title: "From", from: "lg", cell: (event) => <From event={event} /> },
  {
    title: "Accepted",
    align: "right",
    cell: ({ source, id, at }) => (
      <Link to="/events/$source/$id" params={{ source, id }} title="What became of it" className="hover:text-accent hover:underline">
        <Time at={at} />
      </Link>
    ),
  },
];

/** The newest events: which assets changed, by what, and when. */
export function NewestEvents() {
  const events = useQuery(read<Page<Event>>(["events"], v1`/events`, { limit: SHOWN }));
  return (
    <Loaded query={events} rows={5}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="px-4 py-5 text-sm text-soft">No asset has changed yet.</p>
        ) : (
          <DataTable label="The newest events" columns={COLUMNS} rows={items} rowKey={({ registry, seq }) => `${registry} ${seq}`} />
        )
      }
    </Loaded>
  );
}
