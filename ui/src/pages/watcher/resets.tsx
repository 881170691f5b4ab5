import type { WatcherDetails } from "../../api/schema.gen.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { jsonText } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";

type Reset = NonNullable<WatcherDetails["stored"]>["resets"][number];

/** Who gave a watcher another position, when and why. */
export function Resets({ resets }: { readonly resets: readonly Reset[] }) {
  if (resets.length === 0) return null;
  return (
    <Panel title="Resets of its position" padded={false}>
      <DataTable<Reset>
        label="Resets"
        rows={resets}
        rowKey={({ id }) => id}
        columns={[
          { title: "When", cell: ({ at }) => <Time at={at} /> },
          { title: "To", cell: ({ to }) => <span className="font-mono text-xs break-all">{jsonText(to)}</span> },
          { title: "What was published", from: "sm", cell: ({ deliver }) => (deliver === "redeliver" ? "comes again" : "is left out") },
          { title: "By", cell: ({ by }) => by },
          { title: "Why", from: "md", cell: ({ why }) => why },
          {
            title: "From",
            from: "lg",
            cell: ({ cursorBefore }) => (cursorBefore == null ? null : <span className="font-mono text-xs break-all text-soft">{jsonText(cursorBefore)}</span>),
          },
        ]}
      />
    </Panel>
  );
}
