import { replayData } from "../client/replay-data.ts";
import type { EventRef } from "../core/event.ts";
import type { PreviewedDrop } from "../registry/preview.ts";
import { countDifferences } from "../registry/replay/compare.ts";
import type { DeployPlan } from "./deploy-plan.ts";
import type { Output } from "./frame/output.ts";
import { replayText } from "./replay-text.ts";
import { count } from "./text/count-text.ts";
import { renderSections } from "./text/details.ts";
import { renderTable } from "./text/table.ts";

const SIGNS = { same: " ", added: "+", removed: "-" } as const;

/** What a deploy would do to conditions, to pending events and to the runs of the last 7 days. */
export function deployPlanText({ conditions, preview: { dropped, starts }, replays }: DeployPlan, { paint, width }: Pick<Output, "paint" | "width">): string {
  const table = { width: width - 2, paintTitle: paint.dim };
  const total = dropped.reduce((sum, one) => sum + one.count, 0);
  const differing = (replays ?? []).filter((report) => countDifferences(report) > 0);
  const head = [
    total === 0 ? "no pending event would be dropped" : paint.yellow(`${count(total, "pending event")} would be dropped`),
    starts.length === 0 ? "no run would start at once" : `${count(starts.length, "run")} would start at once`,
    replays === null
      ? paint.yellow("which runs of the last 7 days would not be as they were is not known, as the store does not answer")
      : differing.length === 0
        ? "the runs of the last 7 days would be as they were"
        : paint.yellow(
            `${count(
              differing.reduce((sum, report) => sum + countDifferences(report), 0),
              "run",
            )} of the last 7 days would not be as they were`,
          ),
  ].join("\n");
  return renderSections(
    head,
    [
      ...conditions.map(({ dag, lines }): [string, string] => [
        `Condition of ${dag}`,
        lines
          .map(({ change, line }) => `${SIGNS[change]} ${line}`)
          .map((line) => (line.startsWith("+") ? paint.green(line) : line.startsWith("-") ? paint.red(line) : line))
          .join("\n"),
      ]),
      [
        "Dropped",
        dropped.length === 0
          ? ""
          : renderTable<PreviewedDrop>(
              [
                { title: "DAG", value: ({ dag }) => dag, paint: paint.bold },
                { title: "KEY", value: ({ key }) => key },
                { title: "EVENTS", value: (one) => one.count, align: "right" },
                { title: "WHY", value: ({ why }) => why },
                { title: "WHICH", value: (one) => namesOf(one.events, one.count), cut: "end" },
              ],
              dropped,
              table,
            ),
      ],
      [
        "Started at once",
        starts.length === 0
          ? ""
          : renderTable<(typeof starts)[number]>(
              [
                { title: "DAG", value: ({ dag }) => dag, paint: paint.bold },
                { title: "KEY", value: ({ key }) => key },
                { title: "EVENTS", value: ({ events }) => namesOf(events, events.length), cut: "end" },
              ],
              starts,
              table,
            ),
      ],
      ...differing.map((report): [string, string] => [`Runs of ${report.dag}`, replayText(report, { paint, width: width - 2 })]),
    ],
    paint,
  );
}

/** The same for machines. */
export function deployPlanData({ conditions, preview: { dropped, starts }, replays }: DeployPlan): object {
  return { conditions, dropped, starts, replays: replays === null ? null : replays.map(replayData) };
}

function namesOf(events: readonly EventRef[], of: number): string {
  const names = events.map(({ id, source }) => (source === "external" ? id : `${source}/${id}`)).join(", ");
  return of > events.length ? `${names} and ${of - events.length} more` : names;
}
