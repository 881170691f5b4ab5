import type { QuarantineEntry } from "../store/quarantine.ts";
import type { Output } from "./frame/output.ts";
import { relativeText } from "./text/time-text.ts";

/** What was put aside, why, and what became of it. */
export function quarantineText(one: QuarantineEntry, { now, paint }: Pick<Output, "now" | "paint">): string {
  const { at, asset, droppedAt, droppedBy, releasedAt, releasedBy, settledWhy, source, why } = one;
  const because = settledWhy === null ? "" : `: ${settledWhy}`;
  const end =
    releasedAt !== null
      ? paint.green(`released ${relativeText(releasedAt, now)} by ${releasedBy}${because}`)
      : droppedAt !== null
        ? paint.dim(`dropped ${relativeText(droppedAt, now)} by ${droppedBy}${because}`)
        : paint.yellow("waits for `headgate events release` or `drop`");
  return `${paint.yellow("quarantined")} ${relativeText(at, now)}: ${asset}, from ${source}: ${why}\n  ${end}`;
}

export function quarantineListText(entries: readonly QuarantineEntry[], { now, paint }: Pick<Output, "now" | "paint">): string {
  return entries.map((one) => `${paint.bold(one.id)}  ${quarantineText(one, { now, paint })}`).join("\n");
}
