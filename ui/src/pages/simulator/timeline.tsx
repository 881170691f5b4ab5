import type { ScenarioResult } from "../../api/schema.gen.ts";
import { Icon } from "../../parts/icon.tsx";
import { durationText, localText } from "../../parts/time-text.ts";
import { TONE_MARK, toneOf } from "../../parts/tone.ts";
import { type Lane, timelineOf } from "./timeline-of.ts";

const GRID = "grid grid-cols-[7.5rem_minmax(0,1fr)] sm:grid-cols-[13rem_minmax(0,1fr)] items-center gap-x-3 px-4";

/** Events as points, runs as bars, on one line of time. */
export function Timeline({ result, scenario }: { readonly result: ScenarioResult; readonly scenario: unknown }) {
  const { start, end, lanes } = timelineOf(result, scenario);
  return (
    <div className="py-2 text-sm">
      <div className={`${GRID} pb-1 text-2xs text-soft`}>
        <span>{durationText(end - start)}</span>
        <div className="flex justify-between tabular-nums">
          <span>{localText(start)}</span>
          <span>{localText(end)}</span>
        </div>
      </div>
      <ul>
        {lanes.map((lane) => (
          <li key={`${lane.kind} ${lane.name}`} className={`${GRID} h-8 hover:bg-raised/60`}>
            <span className="flex min-w-0 items-center gap-2" title={lane.name}>
              <Icon name={lane.kind} className="size-3.5 text-soft" />
              <span className={`truncate ${lane.kind === "asset" ? "font-mono text-xs" : "font-medium"}`}>
                {lane.kind === "asset" ? endOf(lane.name) : lane.name}
              </span>
            </span>
            <Marks lane={lane} />
          </li>
        ))}
      </ul>
      <p className="px-4 pt-2 text-xs text-soft">
        {result.runs.length === 0 ? "Nothing runs." : `${result.runs.length} ${result.runs.length === 1 ? "run" : "runs"}.`}
        {result.next === null ? "" : ` Time alone changes something next at ${localText(Date.parse(result.next))}.`}
      </p>
    </div>
  );
}

function Marks({ lane: { kind, marks } }: { readonly lane: Lane }) {
  return (
    <span className="relative block h-4 border-b border-line">
      {marks.map(({ from, to, status, text }, index) => (
        <span
          key={index}
          role="img"
          aria-label={text}
          title={text}
          className={
            kind === "asset"
              ? "absolute bottom-0 size-2 -translate-x-1/2 translate-y-1/2 rounded-full bg-accent ring-2 ring-panel"
              : `absolute inset-y-0.5 min-w-1 rounded-[2px] ${TONE_MARK[toneOf(status)]}`
          }
          style={{ left: `${from * 100}%`, ...(kind === "dag" ? { width: `${Math.max(0, to - from) * 100}%` } : {}) }}
        />
      ))}
    </span>
  );
}

function endOf(uri: string): string {
  return uri.slice(uri.replace(/\/+$/, "").lastIndexOf("/") + 1);
}
