import type { EndStatus } from "../core/run.ts";
import { backfillIsOver, endBackfillRun } from "./backfills.ts";
import type { Asked } from "./orders.ts";
import type { Registry } from "./registry.ts";
import { cancelRepair, endRepairRun, releaseRepair, repairIsOver, stopRemoved } from "./repairs.ts";
import type { AskedWork, BackfillState, RepairState, RepairStep, RunState, StepStatus, WorkSummary } from "./state.ts";

export interface WorkDetails extends WorkSummary {
  /** Runs that are running, then those that wait, in order; of a repair under way all of them. At most 1,000. */
  readonly steps: readonly { readonly dag: string; readonly partition: string | null; readonly status: StepStatus; readonly run: string | null }[];
}

/** Backfills and repairs that are over and still known. */
const REMEMBERED = 20;
const MOST_STEPS = 1_000;

/** The end of a run, for the backfill or repair that it is a part of. */
export function endWorkRun(registry: Registry, run: string, known: RunState, status: EndStatus, error: string | undefined): void {
  const backfill = registry.state.backfills.find((one) => one.id === known.backfill);
  if (backfill !== undefined) endBackfillRun(backfill, known, status, error);
  const repair = registry.state.repairs?.find((one) => one.id === known.backfill);
  if (repair !== undefined) endRepairRun(registry, repair, run, status, error);
}

/** Starts nothing more of a backfill or repair; what runs goes on. Null if there is none under way. */
export function cancelWork(registry: Registry, input: { readonly work: string } & Asked, now: number): string | null {
  const { work: id, by = null, why = null, request = null } = input;
  const backfill = registry.state.backfills.find((one) => one.id === id);
  const repair = registry.state.repairs?.find((one) => one.id === id);
  const work = backfill ?? repair;
  if (work === undefined) return null;
  if (work.cancelled !== undefined) return id;
  work.cancelled = { at: now, by };
  registry.ledger.write("operation", { operation: "cancel", dag: null, key: id, by, why, request, events: 0 });
  if (backfill !== undefined) backfill.waiting = [];
  if (repair !== undefined) cancelRepair(repair);
  return id;
}

/** A DAG that a deploy removed: nothing of it can run any more. */
export function removeFromWork(registry: Registry, dag: string, now: number): void {
  for (const backfill of registry.state.backfills) {
    if (backfill.dag !== dag) continue;
    backfill.cancelled ??= { at: now, by: "deploy" };
    Object.assign(backfill, { waiting: [], running: 0 });
  }
  for (const repair of registry.state.repairs ?? []) stopRemoved(repair, dag);
}

/** Puts away what is over. Comes when everything of an instant was applied: a run's outlets come with its end. */
export function retireWork(registry: Registry, now: number): void {
  const { state } = registry;
  if (state.backfills.length === 0 && state.repairs === undefined) return;
  for (const repair of (state.repairs ?? []).filter(repairIsOver)) releaseRepair(registry, repair);
  const over = [
    ...state.backfills.filter(backfillIsOver).map((one) => summaryOfBackfill(one, now)),
    ...(state.repairs ?? []).filter(repairIsOver).map((one) => summaryOfRepair(one, now)),
  ];
  if (over.length === 0) return;
  state.pastWork = [...(state.pastWork ?? []), ...over].slice(-REMEMBERED);
  state.backfills = state.backfills.filter((one) => !backfillIsOver(one));
  const repairs = (state.repairs ?? []).filter((one) => !repairIsOver(one));
  if (repairs.length > 0) state.repairs = repairs;
  else delete state.repairs;
}

/** What is under way, the newest first, then what is over. */
export function listWork({ state }: Registry): readonly WorkSummary[] {
  const open = [...state.backfills.map((one) => summaryOfBackfill(one, null)), ...(state.repairs ?? []).map((one) => summaryOfRepair(one, null))];
  return [...open.sort((a, b) => b.openedAt - a.openedAt), ...[...(state.pastWork ?? [])].reverse()];
}

/** Null if it was never there, or is forgotten. */
export function showWork(registry: Registry, id: string): WorkDetails | null {
  const summary = listWork(registry).find((one) => one.id === id);
  if (summary === undefined) return null;
  const repair = registry.state.repairs?.find((one) => one.id === id);
  const backfill = registry.state.backfills.find((one) => one.id === id);
  const steps = repair !== undefined ? repair.steps.map(stepView) : backfill !== undefined ? stepsOfBackfill(registry, backfill) : [];
  return { ...summary, steps: steps.slice(0, MOST_STEPS) };
}

function stepView({ dag, partition, status, run }: RepairStep): WorkDetails["steps"][number] {
  return { dag, partition, status, run: run ?? null };
}

function stepsOfBackfill(registry: Registry, { id, dag, waiting }: BackfillState): WorkDetails["steps"] {
  const running = Object.entries(registry.consumers.get(dag)?.state.running ?? {}).filter(([, run]) => run.backfill === id);
  return [
    ...running.map(([run, { partition }]) => ({ dag, partition, status: "running" as const, run })),
    ...waiting.slice(0, MOST_STEPS).map((partition) => ({ dag, partition, status: "waiting" as const, run: null })),
  ];
}

function summaryOfBackfill(backfill: BackfillState, endedAt: number | null): WorkSummary {
  const { dag, total, waiting, running, ended, troubles } = backfill;
  const { succeeded, failed, cancelled } = ended;
  const stopped = total - waiting.length - running - succeeded - failed - cancelled;
  return summaryOf(
    backfill,
    { kind: "backfill", of: dag, troubles },
    { total, waiting: waiting.length, running, succeeded, failed, cancelled, stopped },
    endedAt,
  );
}

function summaryOfRepair(repair: RepairState, endedAt: number | null): WorkSummary {
  const runs = { total: repair.steps.length, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, stopped: 0 };
  for (const { status } of repair.steps) runs[status] += 1;
  return summaryOf(repair, { kind: "repair", of: repair.asset, troubles: repair.troubles }, runs, endedAt);
}

function summaryOf(
  { id, parallel, openedAt, by, why, cancelled }: AskedWork,
  own: Pick<WorkSummary, "kind" | "of" | "troubles">,
  runs: WorkSummary["runs"],
  endedAt: number | null,
): WorkSummary {
  const wentWrong = runs.failed + runs.cancelled + runs.stopped > 0;
  const status = cancelled !== undefined ? "cancelled" : endedAt === null ? "running" : wentWrong ? "failed" : "succeeded";
  return { id, ...own, status, parallel, openedAt, endedAt, by, why, runs };
}
