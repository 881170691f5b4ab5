import type { CatalogWatcher } from "../core/catalog.ts";
import type { WatcherStatus } from "../core/watcher-protocol.ts";
import type { WatcherDetails, WatcherSummary } from "../store/queries/watchers.ts";
import type { Output } from "./frame/output.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { statusText } from "./text/status-text.ts";
import { renderTable } from "./text/table.ts";
import { durationText, isoTime, relativeText } from "./text/time-text.ts";

/** A watcher from all sides; a side that is missing is null. */
export interface WatcherView<Stored = WatcherSummary> {
  readonly watcher: string;
  /** As it is deployed. */
  readonly deployed: CatalogWatcher | null;
  /** What its workflow says now. */
  readonly live: WatcherStatus | null;
  /** Its outbox and position. */
  readonly stored: Stored | null;
}

type Look = Pick<Output, "now" | "paint" | "width">;

export function watchersText(views: readonly WatcherView[], { now, paint, width }: Look): string {
  return renderTable<WatcherView>(
    [
      { title: "WATCHER", value: ({ watcher }) => watcher, paint: paint.bold },
      { title: "STATUS", value: statusOf, paint: (text, view) => statusText(statusOf(view), paint, text) },
      { title: "SOURCE", value: ({ deployed }) => deployed?.source },
      { title: "PUBLISHES", value: ({ deployed }) => publishesText(deployed), cut: "middle" },
      { title: "LAST BATCH", value: ({ stored }) => (stored?.appendedAt == null ? "never" : relativeText(stored.appendedAt, now)) },
      { title: "UNSENT", value: ({ stored }) => stored?.unsent || "", align: "right", paint: paint.yellow },
      { title: "DEAD LETTERS", value: ({ stored }) => stored?.deadLetters || "", align: "right", paint: paint.red },
      { title: "ERROR", value: (view) => errorOf(view), cut: "end", paint: paint.red },
    ],
    views,
    { width, paintTitle: paint.dim },
  );
}

function publishesText(deployed: CatalogWatcher | null): string | undefined {
  return deployed === null ? undefined : [deployed.publishes, ...(deployed.alsoPublishes ?? [])].join(", ");
}

export function watcherText(view: WatcherView<WatcherDetails>, { now, paint, width }: Look): string {
  const { deployed, live, stored } = view;
  const ago = (instant: number | null | undefined): string | undefined =>
    instant == null ? undefined : `${isoTime(instant)}  ${paint.dim(relativeText(instant, now))}`;
  const head = renderDetails(
    [
      ["watcher", paint.bold(view.watcher)],
      ["status", statusText(statusOf(view), paint)],
      ["error", errorOf(view) === undefined ? undefined : paint.red(errorOf(view) ?? "")],
      [
        "paused",
        live?.paused === undefined
          ? undefined
          : `by ${live.paused.by} ${relativeText(live.paused.at, now)}${live.paused.why === undefined ? "" : `: ${live.paused.why}`}`,
      ],
      ["tries again", live?.backoffUntil === undefined ? undefined : relativeText(live.backoffUntil, now)],
      ["reads", stored?.source ?? deployed?.source],
      ["publishes", publishesText(deployed)],
      ["every", deployed === null ? undefined : durationText(deployed.every)],
      ["position", stored?.cursor === undefined ? undefined : JSON.stringify(stored.cursor)],
      ["known items", stored?.seen === 0 ? undefined : stored?.seen.toLocaleString("en-US")],
      ["last look", ago(live?.readAt)],
      [
        "last batch",
        stored === null
          ? undefined
          : stored.appendedAt === null
            ? "none yet"
            : `number ${stored.lastSeq} of generation ${stored.generation}, ${relativeText(stored.appendedAt, now)}`,
      ],
      [
        "unsent",
        stored === null || stored.unsent === 0
          ? undefined
          : paint.yellow(`${stored.unsent} batches, the oldest from ${relativeText(stored.oldestUnsentAt ?? now, now)}`),
      ],
      ["last event", ago(live?.publishedAt)],
      ["lag", live?.lag === undefined ? undefined : durationText(live.lag)],
      ["throughput", live?.throughput === undefined ? undefined : `${perSecond(live.throughput)} events a second`],
      ["published", live === null ? undefined : `${live.published.toLocaleString("en-US")} events, ${live.ignored.toLocaleString("en-US")} ignored`],
      ["dead letters", stored === null || stored.deadLetters === 0 ? undefined : paint.red(String(stored.deadLetters))],
      ["sessions", live?.sessions],
    ],
    paint,
  );
  const resets = stored?.resets ?? [];
  const table = renderTable(
    [
      { title: "WHEN", value: ({ at }) => relativeText(at, now) },
      { title: "TO", value: ({ to }) => (typeof to === "string" ? to : JSON.stringify(to)) },
      { title: "AND", value: ({ deliver }) => deliver },
      { title: "BY", value: ({ by }) => by },
      { title: "WHY", value: ({ why }) => why, cut: "end" },
      { title: "FROM POSITION", value: ({ cursorBefore }) => (cursorBefore === undefined ? "" : JSON.stringify(cursorBefore)), cut: "end" },
    ],
    resets,
    { width: width - 2, paintTitle: paint.dim },
  );
  return renderSections(head, [["Resets", resets.length === 0 ? "" : table]], paint);
}

function perSecond(throughput: number): string {
  return throughput.toLocaleString("en-US", { maximumFractionDigits: throughput < 10 ? 1 : 0 });
}

/** The workflow knows best; the store knows what the last session said. */
function statusOf({ live, stored }: Pick<WatcherView, "live" | "stored">): "waiting" | "running" | "backing-off" | "paused" | "stopped" {
  return live?.status ?? (stored?.status === "stopped" ? "stopped" : "waiting");
}

function errorOf({ live, stored }: Pick<WatcherView, "live" | "stored">): string | undefined {
  const { code, error } = live ?? stored ?? {};
  if (error === undefined || error === null) return undefined;
  return code === undefined || code === null ? error : `${code}: ${error}`;
}
