import type { EventRef } from "../core/event.ts";
import type { RunStatus } from "../core/run.ts";
import type { LedgerEntry, ScenarioResult, SimulatedRun } from "../registry/simulate/result.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderSections } from "./text/details.ts";
import { statusText } from "./text/status-text.ts";
import { renderTable } from "./text/table.ts";
import { durationText } from "./text/time-text.ts";

/** Which runs started, what became of each event, what is left. */
export function simulationText(result: ScenarioResult, { paint, width }: Pick<Output, "paint" | "width">): string {
  const { ledger, next, pending, rejected, runs, warnings } = result;
  const table = { width: width - 2, paintTitle: paint.dim };
  const counts = [
    count(runs.length, "run"),
    ...(pending.length === 0
      ? []
      : [
          `${count(
            pending.reduce((sum, { events }) => sum + events.length, 0),
            "event",
          )} pending`,
        ]),
    ...(rejected.length === 0 ? [] : [paint.red(`${rejected.length} rejected`)]),
  ];
  const head = `${counts.join(", ")}${next === null ? "" : paint.dim(`; time alone changes something next at ${instantText(next)}`)}`;
  return renderSections(
    head,
    [
      [
        "Runs",
        runs.length === 0
          ? ""
          : renderTable<SimulatedRun>(
              [
                { title: "AT", value: ({ at }) => instantText(at) },
                { title: "RUN", value: ({ id }) => id, paint: paint.bold },
                { title: "KEY", value: ({ key }) => key },
                { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => statusText(status as RunStatus, paint, text) },
                { title: "TOOK", value: ({ at, endedAt }) => (endedAt === null ? "" : durationText(Date.parse(endedAt) - Date.parse(at))), align: "right" },
                {
                  title: "EVENTS",
                  value: ({ events, references = [] }) => [...events.map(nameOf), ...references.map((event) => `(${nameOf(event)})`)].join(", "),
                  cut: "end",
                },
              ],
              runs,
              table,
            ),
      ],
      [
        "Ledger",
        ledger.length === 0
          ? ""
          : renderTable<LedgerEntry>(
              [
                { title: "AT", value: ({ at }) => instantText(at) },
                { title: "EVENT", value: ({ event }) => nameOf(event), cut: "middle" },
                { title: "ASSET", value: ({ event }) => event.asset, cut: "middle" },
                { title: "DAG", value: ({ dag }) => dag },
                { title: "KEY", value: ({ key }) => key },
                {
                  title: "FATE",
                  value: ({ fate }) => fate,
                  paint: (text, { fate }) => (fate === "duplicate" ? paint.dim(text) : statusText(fate, paint, text)),
                },
                { title: "RUN", value: ({ run }) => run },
                { title: "WHY", value: ({ why }) => why, cut: "end" },
              ],
              ledger,
              table,
            ),
      ],
      [
        "Pending",
        pending.length === 0
          ? ""
          : renderTable<ScenarioResult["pending"][number]>(
              [
                { title: "DAG", value: ({ dag }) => dag },
                { title: "KEY", value: ({ key }) => key },
                { title: "EVENTS", value: ({ events }) => events.map(nameOf).join(", "), cut: "end" },
                { title: "WAITS FOR", value: ({ tree }) => (tree.due ? "a free slot" : (tree.waitsFor ?? "more")), cut: "end" },
              ],
              pending,
              table,
            ),
      ],
      [
        "Rejected",
        rejected.map(({ at, code, event, why }) => `${instantText(at)}  ${paint.red(code)}  ${why}  ${paint.dim(JSON.stringify(event))}`).join("\n"),
      ],
      ["Warnings", warnings.map(({ at, code, text }) => `${instantText(at)}  ${paint.yellow(code)}  ${text}`).join("\n")],
    ],
    paint,
  );
}

function nameOf({ id, source }: EventRef): string {
  return source === "external" ? id : `${source}/${id}`;
}

/** Without milliseconds where there are none: scenarios are written by people. */
function instantText(iso: string): string {
  return iso.replace(".000Z", "Z");
}
