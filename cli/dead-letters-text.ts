import type { DeadLetter } from "../store/dead-letters.ts";
import type { Output } from "./frame/output.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { renderTable } from "./text/table.ts";
import { isoTime, relativeText } from "./text/time-text.ts";

type Look = Pick<Output, "now" | "paint" | "width">;

export function deadLettersText(letters: readonly DeadLetter[], { now, paint, width }: Look): string {
  return renderTable<DeadLetter>(
    [
      { title: "WATCHER", value: ({ watcher }) => watcher, paint: paint.bold },
      { title: "ID", value: ({ id }) => id, cut: "middle" },
      { title: "LAST", value: ({ at }) => relativeText(at, now) },
      { title: "TIMES", value: ({ times }) => times, align: "right" },
      { title: "NOW", value: fateOf },
      { title: "REASON", value: ({ reason }) => reason, cut: "end", paint: paint.red },
    ],
    letters,
    { width, paintTitle: paint.dim },
  );
}

export function deadLetterText(letter: DeadLetter, { now, paint }: Look): string {
  const { at, droppedAt, droppedBy, droppedWhy, firstAt, id, raw, reason, redeliveredAt, redeliveredBy, times, watcher } = letter;
  const head = renderDetails(
    [
      ["dead letter", paint.bold(id)],
      ["watcher", watcher],
      ["reason", paint.red(reason)],
      ["first read", isoTime(firstAt)],
      ["last read", times === 1 ? undefined : `${isoTime(at)}, ${times} times`],
      ["sent again", redeliveredAt === null ? undefined : `by ${redeliveredBy} ${relativeText(redeliveredAt, now)}`],
      ["dropped", droppedAt === null ? undefined : `by ${droppedBy} ${relativeText(droppedAt, now)}: ${droppedWhy}`],
    ],
    paint,
  );
  return renderSections(head, [["What was read", raw]], paint);
}

function fateOf({ droppedAt, redeliveredAt }: DeadLetter): string {
  return droppedAt !== null ? "dropped" : redeliveredAt !== null ? "sent again" : "waits";
}
