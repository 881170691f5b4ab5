import type { RunSummary } from "../store/queries/runs.ts";
import type { Output } from "./frame/output.ts";
import { statusText } from "./text/status-text.ts";
import { renderTable } from "./text/table.ts";
import { durationText, relativeText } from "./text/time-text.ts";

export function runsText(runs: readonly RunSummary[], { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  return renderTable<RunSummary>(
    [
      { title: "RUN", value: ({ run }) => run, cut: "middle", key: true, paint: paint.bold },
      { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => statusText(status, paint, text) },
      { title: "PARTITION", value: ({ partition }) => partition, cut: "end" },
      { title: "EVENTS", value: ({ events }) => events, align: "right" },
      { title: "STARTED", value: ({ startedAt }) => relativeText(startedAt, now) },
      { title: "TOOK", value: ({ endedAt, startedAt }) => (endedAt === null ? "" : durationText(endedAt - startedAt)), align: "right" },
      {
        title: "BECAUSE",
        value: ({ cause, error, status }) => (status === "failed" && error !== null ? error : cause.kind === "rerun" ? `repeats ${cause.text}` : cause.text),
        cut: "end",
        paint: (text, { status }) => (status === "failed" ? paint.red(text) : paint.dim(text)),
      },
    ],
    runs,
    { width, paintTitle: paint.dim },
  );
}
