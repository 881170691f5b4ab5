/** What a dry run of a backfill or repair answers, as far as it is shown. */
export interface WorkPlan {
  /** Of a backfill: the keys. */
  readonly partitions?: readonly string[];
  /** Of a repair: the runs, in order. */
  readonly steps?: readonly { readonly dag: string; readonly partition: string | null }[];
  /** Of a repair: what is made from these slices and is in no run, and why. */
  readonly left?: readonly { readonly dag: string; readonly why: string }[];
}

/** What would run, before anything does. */
export function PlannedRuns({ plan: { partitions, steps = [], left = [] } }: { readonly plan: WorkPlan }) {
  const runs = partitions ?? steps.map(({ dag, partition }) => `${dag} ${partition ?? ""}`.trim());
  return (
    <div className="rounded bg-raised px-3 py-2 text-sm" role="status">
      <p className="font-medium">{runs.length === 0 ? "Nothing would run" : runs.length === 1 ? "One run" : `${runs.length.toLocaleString("en-US")} runs`}</p>
      <p className="max-h-28 overflow-y-auto font-mono text-xs break-words">{runs.join(", ")}</p>
      {left.map(({ dag, why }) => (
        <p key={`${dag} ${why}`} className="mt-1 text-xs text-soft">
          <span className="font-medium">{dag}</span> is not among them: {why}
        </p>
      ))}
    </div>
  );
}
