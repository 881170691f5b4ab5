import { SLICE_STATUSES, type SliceState, type SliceStatus } from "../core/partitions/slice-states.ts";
import type { AssetSlices } from "../store/queries/slices.ts";
import type { Output } from "./frame/output.ts";
import { calendarText, hasCalendar } from "./text/calendar.ts";
import { count } from "./text/count-text.ts";
import type { Paint } from "./text/paint.ts";
import { partitionText } from "./text/partition-text.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

type Look = Pick<Output, "now" | "paint" | "width">;

const MARKS: Readonly<Record<SliceStatus, string>> = { present: "■", missing: "·", failed: "✗", stale: "~", running: "▸", open: " " };
/** Rows of slices that need a look, below the calendar. */
const MOST_ROWS = 20;

/**
 * The slices of an asset: on a terminal a calendar where they are of time, with what needs a look below; else one row for each slice.
 */
export function slicesText({ asset, definition, slices }: AssetSlices, look: Look): string {
  const { paint, width } = look;
  const head = `${paint.bold(asset)}${definition === null ? "" : `  ${paint.dim(partitionText(definition))}`}`;
  if (slices.length === 0) return `${head}\n${paint.dim("no slice is known yet")}`;
  if (definition === null || !hasCalendar(definition) || width === Number.POSITIVE_INFINITY)
    return [head, rowsText(slices, look), countsText(slices, paint)].join("\n");
  const cells = slices.map(({ partition, status }) => ({ key: partition ?? "", mark: markOf(status, paint) }));
  const troubled = slices.filter(({ status }) => status === "failed" || status === "stale" || status === "running");
  const more = troubled.length > MOST_ROWS ? [paint.dim(`and ${troubled.length - MOST_ROWS} more: -o json has all of them`)] : [];
  return [
    head,
    "",
    calendarText(definition, cells, paint),
    "",
    countsText(slices, paint),
    ...(troubled.length === 0 ? [] : ["", rowsText(troubled.slice(0, MOST_ROWS), look)]),
    ...more,
  ].join("\n");
}

function rowsText(slices: readonly SliceState[], { now, paint, width }: Look): string {
  return renderTable<SliceState>(
    [
      { title: "PARTITION", value: ({ partition }) => partition, key: true, paint: paint.bold },
      { title: "STATUS", value: ({ status }) => status, paint: (text, { status }) => painted(status, paint)(text) },
      { title: "VERSION", value: ({ version }) => version || null, align: "right" },
      { title: "MADE", value: ({ madeAt }) => (madeAt === null ? null : relativeText(madeAt, now)) },
      { title: "BY", value: ({ run }) => run, cut: "middle" },
      { title: "WHY", value: ({ why }) => why, cut: "end", paint: paint.dim },
    ],
    slices,
    { width, paintTitle: paint.dim },
  );
}

function countsText(slices: readonly SliceState[], paint: Paint): string {
  const counts = SLICE_STATUSES.flatMap((status) => {
    const amount = slices.filter((slice) => slice.status === status).length;
    return amount === 0 ? [] : [`${status === "open" ? "" : `${markOf(status, paint)} `}${amount} ${status}`];
  });
  return `${count(slices.length, "slice")}: ${counts.join("  ")}`;
}

function markOf(status: SliceStatus, paint: Paint): string {
  return painted(status, paint)(MARKS[status]);
}

function painted(status: SliceStatus, paint: Paint): (text: string) => string {
  switch (status) {
    case "present":
      return paint.green;
    case "failed":
      return paint.red;
    case "stale":
      return paint.yellow;
    case "running":
      return paint.cyan;
    case "missing":
    case "open":
      return paint.dim;
  }
}
