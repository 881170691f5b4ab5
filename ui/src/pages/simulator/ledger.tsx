import type { ScenarioResult, SimulatedFate } from "../../api/schema.gen.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { AssetText } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";

interface LedgerProps {
  readonly entries: readonly SimulatedFate[];
  readonly rejected: ScenarioResult["rejected"];
}

/** What became of each event, for each DAG. */
export function Ledger({ entries, rejected }: LedgerProps) {
  return (
    <Panel title="What became of each event" padded={false}>
      {rejected.map(({ at, code, why }) => (
        <p key={`${at} ${why}`} className="border-b border-line px-4 py-2 text-sm text-bad">
          Rejected: {why} <span className="font-mono text-xs">{code}</span>
        </p>
      ))}
      <DataTable<SimulatedFate>
        label="Fates"
        rows={entries}
        rowKey={({ dag, key, event, at, fate }) => [dag, key, event.source, event.id, at, fate].join(" ")}
        columns={[
          { title: "Event", cell: ({ event }) => <span className="font-mono text-xs">{event.id}</span> },
          { title: "Of", from: "md", cell: ({ event }) => <AssetText asset={event.asset} /> },
          { title: "DAG", cell: ({ dag, key }) => `${dag ?? ""}${key === null || key === "" ? "" : ` (${key})`}` },
          { title: "Fate", cell: ({ fate }) => <Status status={fate} /> },
          { title: "At", from: "lg", cell: ({ at }) => <Time at={at} form="local" /> },
          { title: "Run or reason", from: "sm", cell: ({ run, why }) => run ?? why, className: "max-w-72" },
        ]}
      />
    </Panel>
  );
}
