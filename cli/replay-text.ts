import type { ReplayReport } from "../client/recorded-history.ts";
import type { AssetEvent } from "../core/event.ts";
import type { RecordedRun } from "../core/run.ts";
import type { OtherEvents } from "../registry/replay/compare.ts";
import { countDifferences } from "../registry/replay/compare.ts";
import type { ReplayedRun } from "../registry/replay/recorded.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderSections } from "./text/details.ts";
import { type Column, renderTable } from "./text/table.ts";
import { isoTime } from "./text/time-text.ts";

type Look = Pick<Output, "paint" | "width">;

/** Which runs would not be as they were. */
export function replayText(report: ReplayReport, { paint, width }: Look): string {
  const { dag, events, moved, onlyNow, onlyThen, otherEvents, runsNow, runsThen, same, since, unknown, until } = report;
  const table = { width: width - 2, paintTitle: paint.dim };
  const differing = countDifferences(report);
  const head = [
    `${paint.bold(dag)} from ${isoTime(since)} to ${isoTime(until)}: ${count(events, "event")}, ${count(runsThen, "run")} then, ${runsNow} now`,
    differing === 0
      ? paint.green(`${count(same, "run")} the same, none otherwise`)
      : `${count(same, "run")} the same, ${paint.yellow(`${differing} otherwise`)}`,
  ].join("\n");
  return renderSections(
    head,
    [
      ["Only then", onlyThen.length === 0 ? "" : renderTable([...runColumns<RecordedRun>(paint), ...whatColumns], onlyThen, table)],
      ["Only now", onlyNow.length === 0 ? "" : renderTable([...whenColumns, ...whatColumns], onlyNow, table)],
      ["With other events", otherEvents.length === 0 ? "" : renderTable(otherColumns(paint), otherEvents, table)],
      ["At another time", moved.length === 0 ? "" : renderTable(movedColumns(paint), moved, table)],
      ["Not known to the store", unknown.map((what) => `- ${what}`).join("\n")],
    ],
    paint,
  );
}

const whenColumns: readonly Column<ReplayedRun>[] = [{ title: "AT", value: ({ at }) => isoTime(at) }];
const whatColumns: readonly Column<ReplayedRun>[] = [
  { title: "KEY", value: ({ key }) => key },
  { title: "EVENTS", value: ({ events }) => namesOf(events), cut: "end" },
];

function runColumns<T extends RecordedRun>(paint: Look["paint"]): Column<T>[] {
  return [
    { title: "AT", value: ({ at }) => isoTime(at) },
    { title: "RUN", value: ({ run }) => run, paint: paint.bold },
  ];
}

function otherColumns(paint: Look["paint"]): Column<OtherEvents>[] {
  return [
    { title: "RUN", value: ({ was }) => was.run, paint: paint.bold },
    { title: "KEY", value: ({ now }) => now.key },
    { title: "NOW AT", value: ({ now }) => isoTime(now.at) },
    { title: "WITHOUT", value: ({ without }) => namesOf(without), paint: paint.red, cut: "end" },
    { title: "ALSO", value: ({ also }) => namesOf(also), paint: paint.green, cut: "end" },
  ];
}

function movedColumns(paint: Look["paint"]): Column<ReplayReport["moved"][number]>[] {
  return [
    { title: "RUN", value: ({ was }) => was.run, paint: paint.bold },
    { title: "KEY", value: ({ now }) => now.key },
    { title: "THEN AT", value: ({ was }) => isoTime(was.at) },
    { title: "NOW AT", value: ({ now }) => isoTime(now.at) },
  ];
}

function namesOf(events: readonly AssetEvent[]): string {
  return events.map(({ id, source }) => (source === "external" ? id : `${source}/${id}`)).join(", ");
}
