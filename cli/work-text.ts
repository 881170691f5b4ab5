import type { BackfillPlan, RepairPlan, WorkDetails, WorkSummary } from "../registry/index.ts";
import type { RunSummary } from "../store/queries/runs.ts";
import type { Output } from "./frame/output.ts";
import { runsText } from "./runs-text.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { statusText } from "./text/status-text.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

type Look = Pick<Output, "now" | "paint" | "width">;

/** A backfill or repair with the runs that the store knows of it. */
export type WorkStory = WorkDetails & { readonly started: readonly RunSummary[] };

/** Lines of a list that a person reads; `-o json` has all of them. */
const MOST_LINES = 50;

export function planOfBackfillText({ dag, partitions, parallel, busy }: BackfillPlan, { paint }: Look): string {
  const head = `would run ${paint.bold(dag)} for ${count(partitions.length, "partition")}, ${parallel} at a time`;
  const waits = busy.length === 0 ? [] : [paint.dim(`${keysText(busy)} ${busy.length === 1 ? "has" : "have"} a run now: its end comes first`)];
  return [head, ...firstLines(partitions.map((key) => `  ${key}`)), ...waits].join("\n");
}

export function planOfRepairText({ asset, steps, left, parallel }: RepairPlan & { readonly parallel: number }, { paint, width }: Look): string {
  const head = `would make ${paint.bold(asset)} anew: ${count(steps.length, "run")}, ${parallel} at a time`;
  const rows = steps.map((step, index) => ({ ...step, place: index + 1 }));
  const table = renderTable(
    [
      { title: "STEP", value: ({ place }) => place, align: "right" },
      { title: "DAG", value: ({ dag }) => dag, key: true, paint: paint.bold },
      { title: "PARTITION", value: ({ partition }) => partition, key: true },
      { title: "AFTER", value: ({ needs }) => placesText(needs), cut: "end" },
    ],
    rows.slice(0, MOST_LINES),
    { width, paintTitle: paint.dim },
  );
  const more = steps.length > MOST_LINES ? [paint.dim(`and ${steps.length - MOST_LINES} more: -o json has all of them`)] : [];
  const out = left.map(({ dag, asset: through, why }) => paint.yellow(`not in it: ${dag} through ${through}: ${why}`));
  return [head, table, ...more, ...firstLines(out)].join("\n");
}

export function openedText({ id, of, parallel, runs }: WorkSummary, { paint }: Look): string {
  return `${paint.bold(id)}: ${count(runs.total, "run")} for ${of}, ${parallel} at a time\n${paint.dim(`how far it is: headgate backfills show ${id}`)}`;
}

export function workListText(list: readonly WorkSummary[], { now, paint, width }: Look): string {
  return renderTable<WorkSummary>(
    [
      { title: "ID", value: ({ id }) => id, key: true, cut: "middle", paint: paint.bold },
      { title: "OF", value: ({ of }) => of, key: true, cut: "middle" },
      { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => statusText(status, paint, text) },
      { title: "DONE", value: ({ runs }) => `${runs.succeeded}/${runs.total}`, align: "right" },
      { title: "RUNNING", value: ({ runs }) => runs.running || null, align: "right" },
      { title: "FAILED", value: ({ runs }) => runs.failed + runs.cancelled || null, align: "right", paint: (text) => paint.red(text) },
      { title: "STOPPED", value: ({ runs }) => runs.stopped || null, align: "right" },
      { title: "ASKED", value: ({ openedAt }) => relativeText(openedAt, now) },
      { title: "BY", value: ({ by }) => by, cut: "end" },
      { title: "WHY", value: ({ why }) => why, cut: "end", paint: paint.dim },
    ],
    list,
    { width, paintTitle: paint.dim },
  );
}

export function workText(work: WorkStory, look: Look): string {
  const { now, paint, width } = look;
  const { runs } = work;
  const counts = (["succeeded", "failed", "cancelled", "stopped", "running", "waiting"] as const).flatMap((status) =>
    runs[status] === 0 ? [] : [statusText(status, paint, `${runs[status]} ${status}`)],
  );
  const head = renderDetails(
    [
      [work.kind, paint.bold(work.id)],
      ["of", work.of],
      ["status", statusText(work.status, paint)],
      ["runs", `${runs.total}: ${counts.join(", ")}`],
      ["at a time", work.parallel],
      ["asked", `${relativeText(work.openedAt, now)}${work.by === null ? "" : ` by ${work.by}`}`],
      ["why", work.why],
      ["ended", work.endedAt === null ? null : relativeText(work.endedAt, now)],
    ],
    paint,
  );
  const waiting = work.steps.filter(({ status }) => status === "waiting" || status === "stopped");
  const left = renderTable<(typeof waiting)[number]>(
    [
      { title: "DAG", value: ({ dag }) => dag, paint: paint.bold },
      { title: "PARTITION", value: ({ partition }) => partition, key: true },
      { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => statusText(status, paint, text) },
    ],
    waiting.slice(0, MOST_LINES),
    { width, paintTitle: paint.dim },
  );
  const troubles = work.troubles.map(({ dag, partition, why }) => `${dag}${partition === null ? "" : ` ${partition}`}: ${why}`);
  return renderSections(
    head,
    [
      ["Trouble", troubles.join("\n")],
      ["Runs", work.started.length === 0 ? "" : runsText(work.started.slice(0, MOST_LINES), { now, paint, width: width - 2 })],
      ["Still to come", waiting.length === 0 ? "" : left],
    ],
    paint,
  );
}

function firstLines(lines: readonly string[]): readonly string[] {
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more: -o json has all of them`];
}

function keysText(keys: readonly string[]): string {
  return keys.length <= 5 ? keys.join(", ") : `${keys.slice(0, 5).join(", ")} and ${keys.length - 5} more`;
}

/** Places of steps as a person counts them: `1 to 24`, `1, 3`. */
function placesText(needs: readonly number[]): string {
  const [first, last] = [needs[0], needs.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (needs.length > 2 && last - first === needs.length - 1) return `${first + 1} to ${last + 1}`;
  return needs.map((need) => need + 1).join(", ");
}
