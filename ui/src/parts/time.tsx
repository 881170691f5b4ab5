import { useNow } from "./now.ts";
import { bothZones, durationText, localText, relativeText } from "./time-text.ts";

interface TimeProps {
  /** ISO 8601. */
  readonly at: string;
  /** `relative`: `12 s ago`; `local`: `2026-11-27 09:05:12`. @default "relative" */
  readonly form?: "relative" | "local";
}

/** An instant; on hover it is told in the local zone and in UTC. */
export function Time({ at, form = "relative" }: TimeProps) {
  const instant = Date.parse(at);
  const age = useNow((now) => (form === "local" ? "" : relativeText(instant, now)));
  return (
    <time dateTime={at} title={bothZones(instant)} className="whitespace-nowrap tabular-nums">
      {form === "local" ? localText(instant) : age}
    </time>
  );
}

/** How long it took from `from` to `to`, or takes so far. Instants are ISO 8601. */
export function Took({ from, to }: { readonly from: string; readonly to: string | null }) {
  const start = Date.parse(from);
  const so = useNow((now) => (to === null ? durationText(Math.max(0, now - start)) : ""));
  return <span className="whitespace-nowrap tabular-nums">{to === null ? so : durationText(Date.parse(to) - start)}</span>;
}
