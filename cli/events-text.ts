import type { StoredEvent } from "../store/queries/events.ts";
import type { Output } from "./frame/output.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

/** Events, one a line. */
export function eventsText(events: readonly StoredEvent[], { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  return renderTable<StoredEvent>(
    [
      { title: "ACCEPTED", value: ({ at }) => relativeText(at, now) },
      { title: "ID", value: ({ id }) => id, cut: "middle" },
      { title: "SOURCE", value: ({ run, source, watcher }) => run ?? watcher ?? source, cut: "middle" },
      { title: "ASSET", value: ({ asset }) => asset, cut: "middle" },
      { title: "PARTITION", value: ({ partition }) => partition },
    ],
    events,
    { width, paintTitle: paint.dim },
  );
}
