import type { EventStory } from "../client/event-story.ts";
import type { LedgerEntry } from "../store/queries/ledger.ts";
import type { Output } from "./frame/output.ts";
import { quarantineText } from "./quarantine-text.ts";
import { count } from "./text/count-text.ts";
import { renderDetails } from "./text/details.ts";
import { statusText } from "./text/status-text.ts";
import { renderTable } from "./text/table.ts";
import { isoTime, relativeText } from "./text/time-text.ts";

/** The table has one line for each of these. */
interface FateLine {
  readonly dag: string;
  readonly key: string;
  readonly fate: LedgerEntry["fate"];
  readonly why: string | null;
  readonly run: string | null;
  readonly at: number | null;
}

export function explainEventText(story: EventStory, { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  const { events, live, rejected, repeats } = story;
  const ofEvents = events.map((event) => {
    const fates = story.fates.filter(({ registry, seq }) => registry === event.registry && seq === event.seq);
    return [
      renderDetails(
        [
          ["event", paint.bold(event.id)],
          ["source", event.source],
          ["asset", event.asset],
          ["partition", event.partition],
          ["happened", isoTime(event.time)],
          ["accepted", `${isoTime(event.at)}, ${relativeText(event.at, now)}, as number ${event.seq}`],
          ["published by", event.run ?? event.by ?? event.watcher],
          ["data", Object.keys(event.data).length === 0 ? undefined : JSON.stringify(event.data)],
        ],
        paint,
      ),
      fates.length === 0 ? paint.dim("no DAG waits for it") : fatesText(fates),
    ].join("\n\n");
  });
  const onlyLive =
    events.length > 0 || live === null
      ? []
      : [
          `event ${paint.bold(live.event.id)} of ${live.event.source}: ${live.event.asset}, accepted ${relativeText(Date.parse(live.event.at), now)}; it is not in the store yet`,
          fatesText(live.consumers.map((one) => ({ ...one, at: null }))),
        ];
  const last = repeats.at(-1);
  return [
    ...ofEvents,
    ...onlyLive,
    ...(last === undefined
      ? []
      : [
          `${count(repeats.length, "repeat")} ${repeats.length === 1 ? "was" : "were"} dropped as duplicates, the last one ${relativeText(last.at, now)}${repeats.some(({ differed }) => differed) ? paint.yellow("; they did not all say the same") : ""}`,
        ]),
    ...story.quarantined.map((one) => quarantineText(one, { now, paint })),
    ...rejected.map(({ at, code, why }) => `${paint.red("rejected")} ${relativeText(at, now)}: ${paint.bold(code)} ${why}`),
  ].join("\n\n");

  function fatesText(lines: readonly FateLine[]): string {
    return renderTable<FateLine>(
      [
        { title: "DAG", value: ({ dag }) => dag },
        { title: "KEY", value: ({ key }) => key },
        { title: "FATE", value: ({ fate }) => fate, paint: (text, { fate }) => statusText(fate, paint, text) },
        { title: "WHEN", value: ({ at }) => (at === null ? "" : relativeText(at, now)) },
        { title: "RUN", value: ({ run }) => run, cut: "middle", key: true },
        { title: "WHY", value: ({ why }) => why, cut: "end" },
      ],
      lines,
      { width, paintTitle: paint.dim },
    );
  }
}
