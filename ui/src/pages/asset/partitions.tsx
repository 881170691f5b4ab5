import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { v1 } from "../../api/client.ts";
import type { PartitionDefinition } from "../../api/partition-definition.ts";
import { read } from "../../api/read.ts";
import type { Slice } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { RunLink } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { MakeDialog } from "./make-dialog.tsx";
import { PartitionGrid, PartitionLegend } from "./partition-grid.tsx";
import { partitionLines } from "./partition-lines.ts";

interface PartitionsProps {
  readonly asset: string;
  readonly definition: PartitionDefinition;
}

/** Which slices are there, missing, failed or stale; what is chosen stands in the address. */
export function Partitions({ asset, definition }: PartitionsProps) {
  const found = useQuery(read<{ readonly slices: readonly Slice[] }>(["assets", "events", "runs"], v1`/assets/${asset}/partitions`));
  return (
    <Panel title="Partitions" aside={found.data === undefined ? null : <PartitionLegend slices={found.data.slices} />}>
      <Loaded query={found} rows={4}>
        {({ slices }) =>
          slices.length === 0 ? (
            <p className="text-sm text-soft">No partition has an event yet.</p>
          ) : (
            <Slices asset={asset} slices={slices} definition={definition} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Slices({ asset, slices, definition }: PartitionsProps & { readonly slices: readonly Slice[] }) {
  const { partition } = useSearch({ from: "/assets/$asset" });
  const navigate = useNavigate({ from: "/assets/$asset" });
  const [isMaking, setMaking] = useState(false);
  const lines = useMemo(() => partitionLines(definition, slices), [definition, slices]);
  const chosen = useMemo(() => new Set(partition === undefined ? [] : partition.split(",")), [partition]);
  const choose = (keys: ReadonlySet<string>): void =>
    void navigate({ search: (before) => ({ ...before, partition: keys.size === 0 ? undefined : [...keys].join(",") }), replace: true, resetScroll: false });
  const shown = slices.filter((slice) => chosen.has(slice.partition ?? ""));
  const bad = slices.filter(({ status }) => status === "missing" || status === "failed" || status === "stale");
  return (
    <div className="grid gap-3">
      <PartitionGrid lines={lines} chosen={chosen} onChoose={choose} />
      {shown.length === 1 && shown[0] !== undefined ? <OneSlice slice={shown[0]} /> : null}
      <div className="flex flex-wrap items-center gap-2 text-sm">
        {shown.length > 1 ? <span>{shown.length} chosen</span> : null}
        {shown.length === 0 ? null : (
          <ForOperators>
            <Button look="main" onClick={() => setMaking(true)}>
              Backfill or repair
            </Button>
          </ForOperators>
        )}
        {bad.length === 0 ? null : (
          <Button onClick={() => choose(new Set(bad.flatMap((slice) => slice.partition ?? [])))}>Choose the {bad.length} that need a look</Button>
        )}
        {shown.length === 0 ? null : (
          <Button look="bare" onClick={() => choose(new Set())}>
            Choose none
          </Button>
        )}
        {shown.length > 0 ? null : <span className="text-xs text-soft">Choose partitions to backfill or repair them; with Shift a range.</span>}
      </div>
      {isMaking ? <MakeDialog asset={asset} partitions={shown.flatMap((slice) => slice.partition ?? [])} onClose={() => setMaking(false)} /> : null}
    </div>
  );
}

function OneSlice({ slice }: { readonly slice: Slice }) {
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded bg-raised px-3 py-2 text-sm" aria-live="polite">
      <span className="font-mono font-medium">{slice.partition}</span>
      <Status status={slice.status} />
      {slice.madeAt === null ? null : (
        <span className="text-soft">
          version {slice.version}, <Time at={slice.madeAt} />
        </span>
      )}
      {slice.run === null ? null : <RunLink run={slice.run} />}
      {slice.why === null ? null : <span>{slice.why}</span>}
    </p>
  );
}
