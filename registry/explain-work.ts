import type { Registry } from "./registry.ts";
import { nameOf } from "./repairs.ts";
import type { StepStatus, WorkSummary } from "./state.ts";
import { listWork } from "./work.ts";

/** A backfill or repair seen from one DAG. */
export interface WorkNote {
  readonly id: string;
  readonly kind: WorkSummary["kind"];
  readonly status: WorkSummary["status"];
  readonly text: string;
}

/** What backfills and repairs do with a DAG now, and what remembered ones did not do. */
export function workOf(registry: Registry, dag: string): readonly WorkNote[] {
  return listWork(registry).flatMap((work) => {
    const counts = work.kind === "backfill" ? (work.of === dag ? work.runs : null) : countsOf(registry, work.id, dag);
    const troubles = work.troubles.filter((trouble) => trouble.dag === dag);
    if ((counts === null || work.endedAt !== null) && troubles.length === 0) return [];
    const asked = [work.by === null ? "" : `by ${work.by}`, work.why ?? ""].filter((part) => part !== "").join(": ");
    const head = `${work.id}${work.kind === "repair" ? ` of ${work.of}` : ""}${asked === "" ? "" : ` (${asked})`}`;
    const progress = counts === null || work.endedAt !== null ? work.status : progressText(counts);
    const wrong = troubles.slice(0, 3).map(({ why, ...step }) => `${nameOf(step)}: ${why}`);
    const more = troubles.length > 3 ? [`and ${troubles.length - 3} more`] : [];
    return [{ id: work.id, kind: work.kind, status: work.status, text: [`${head}: ${progress}`, ...wrong, ...more].join("; ") }];
  });
}

type Counts = { readonly total: number } & Readonly<Record<StepStatus, number>>;

function countsOf(registry: Registry, id: string, dag: string): Counts | null {
  const steps = registry.state.repairs?.find((one) => one.id === id)?.steps.filter((step) => step.dag === dag) ?? [];
  if (steps.length === 0) return null;
  const counts = { total: steps.length, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, stopped: 0 };
  for (const { status } of steps) counts[status] += 1;
  return counts;
}

/** `3 of 10 runs succeeded, 1 failed, 2 running, 4 waiting` */
export function progressText({ total, succeeded, ...rest }: Counts): string {
  const others = (["failed", "cancelled", "stopped", "running", "waiting"] as const).flatMap((status) =>
    rest[status] > 0 ? [`${rest[status]} ${status}`] : [],
  );
  return [`${succeeded} of ${total} runs succeeded`, ...others].join(", ");
}
