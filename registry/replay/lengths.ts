import type { EndStatus, RecordedRun } from "../../core/run.ts";
import { nameOfEvent, type ReplayedRun } from "./recorded.ts";

/** When and how a replayed run ends. */
export interface ReplayedEnd {
  /** Null if it does not, as far as is known. */
  readonly at: number | null;
  readonly status: EndStatus;
}

/**
 * How long replayed runs take: as long as the run that consumed the same events did, to its very end if it is that run; else as
 * long as half of the DAG's runs. They end as it did.
 */
export function recordedLengths(runs: readonly RecordedRun[]): (run: ReplayedRun) => ReplayedEnd {
  const byEvent = new Map<string, RecordedRun[]>();
  for (const run of runs) for (const event of run.events) byEvent.set(nameOfEvent(event), [...(byEvent.get(nameOfEvent(event)) ?? []), run]);
  const lengths = runs.flatMap(({ at, endedAt }) => (endedAt === null ? [] : [endedAt - at])).sort((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return (run) => {
    const [first] = run.events;
    const some = first === undefined ? [] : (byEvent.get(nameOfEvent(first)) ?? []);
    // An event that came back from a failed run was taken several times.
    const equal = nearest(
      some.filter((one) => isSame(one, run)),
      run.at,
    );
    const twin = equal ?? nearest(some, run.at);
    if (twin === undefined) return { at: run.at + usual, status: "succeeded" };
    const status = twin.status === "failed" || twin.status === "cancelled" ? twin.status : "succeeded";
    if (twin.endedAt === null) return { at: null, status };
    return { at: equal !== undefined && twin.endedAt >= run.at ? twin.endedAt : run.at + (twin.endedAt - twin.at), status };
  };
}

function isSame(one: RecordedRun, { key, events }: ReplayedRun): boolean {
  if (one.key !== key || one.events.length !== events.length) return false;
  const names = new Set(one.events.map(nameOfEvent));
  return events.every((event) => names.has(nameOfEvent(event)));
}

function nearest(runs: readonly RecordedRun[], at: number): RecordedRun | undefined {
  return runs.length < 2 ? runs[0] : [...runs].sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];
}
