import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { WorkDetails } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { AssetLink, DagLink } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";

/** How far a backfill or repair is, above its runs; and the way to end it. */
export function WorkProgress({ id }: { readonly id: string }) {
  const { data } = useQuery(read<WorkDetails>(["runs", "dags"], v1`/backfills/${id}`));
  if (data === undefined) return null;
  const { kind, of, status, runs, troubles, by, why } = data;
  const done = runs.total - runs.waiting - runs.running;
  return (
    <section aria-label="How far it is" className="mb-3 rounded-lg border border-line bg-panel px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Status status={status} />
        <span>
          {kind === "backfill" ? "Backfill of" : "Repair of"} {kind === "backfill" ? <DagLink dag={of} /> : <AssetLink asset={of} />}
        </span>
        <span className="text-soft tabular-nums">
          {done.toLocaleString("en-US")} of {runs.total.toLocaleString("en-US")} runs done{runs.running === 0 ? "" : `, ${runs.running} running`}
          {runs.failed === 0 ? "" : `, ${runs.failed} failed`}
          {by === null ? "" : `; asked for by ${by}`}
          {why === null ? "" : `: ${why}`}
        </span>
        {status === "running" ? (
          <ForOperators>
            <ActButton
              look="danger"
              className="ml-auto"
              label={`Cancel the ${kind}`}
              title={`Cancel the ${kind}`}
              about="Nothing more of it starts. Runs that are under way go on."
              act={{ path: v1`/backfills/${id}/cancel` }}
            />
          </ForOperators>
        ) : null}
      </div>
      <div aria-hidden="true" className="mt-2 flex h-1.5 overflow-hidden rounded-full bg-raised">
        <div className="bg-good" style={{ width: `${(100 * runs.succeeded) / Math.max(1, runs.total)}%` }} />
        <div className="bg-bad" style={{ width: `${(100 * (runs.failed + runs.stopped + runs.cancelled)) / Math.max(1, runs.total)}%` }} />
        <div className="animate-pulse-dot bg-run" style={{ width: `${(100 * runs.running) / Math.max(1, runs.total)}%` }} />
      </div>
      {troubles.map(({ dag, partition, why: reason }) => (
        <p key={`${dag} ${partition}`} className="mt-1 text-xs text-bad">
          {dag} {partition}: {reason}
        </p>
      ))}
    </section>
  );
}
