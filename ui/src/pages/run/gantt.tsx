import { useNow } from "../../parts/now.ts";
import { StatusMark } from "../../parts/status.tsx";
import { durationText } from "../../parts/time-text.ts";
import { TONE_MARK, toneOf } from "../../parts/tone.ts";
import { type Bar, ganttOf } from "./gantt-of.ts";
import type { TaskRow } from "./task-rows.ts";

interface GanttProps {
  readonly rows: readonly TaskRow[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly chosen: string | undefined;
  readonly onChoose: (task: string) => void;
}

const COLUMNS = "grid grid-cols-[8rem_minmax(0,1fr)_4.5rem] sm:grid-cols-[13rem_minmax(0,1fr)_5rem] items-center gap-x-3";

/** When each task ran, attempt by attempt. A row is a button: it chooses the task whose attempts and lines are shown. */
export function Gantt({ rows, startedAt, endedAt, chosen, onChoose }: GanttProps) {
  const now = useNow((present) => (endedAt === null ? present : 0));
  // Tasks may end a moment after the run's own end was written down.
  const last = Math.max(...rows.flatMap(({ attempts }) => attempts.map((one) => Date.parse(one.endedAt ?? startedAt))), Date.parse(endedAt ?? startedAt), now);
  const { rows: drawn, ticks } = ganttOf(rows, Date.parse(startedAt), last);
  return (
    <div className="text-sm">
      <div className={`${COLUMNS} border-b border-line px-4 py-1 text-2xs text-soft`} aria-hidden="true">
        <span>Task</span>
        <div className="relative h-4">
          {ticks.map(({ at, ms }) => (
            <span
              key={ms}
              className={`absolute whitespace-nowrap tabular-nums max-sm:even:hidden ${at > 0.92 ? "-translate-x-full" : ""}`}
              style={{ left: `${at * 100}%` }}
            >
              {ms === 0 ? "0" : durationText(ms)}
            </span>
          ))}
        </div>
        <span className="text-right">Took</span>
      </div>
      <ul className="py-1">
        {drawn.map(({ row, bars }) => (
          <li key={row.task}>
            <button
              type="button"
              aria-pressed={row.task === chosen}
              onClick={() => onChoose(row.task)}
              className={`${COLUMNS} w-full px-4 py-1 text-left hover:bg-raised/70 ${row.task === chosen ? "bg-accent-soft" : ""}`}
            >
              <span className={`flex min-w-0 items-center gap-2 ${row.map === null ? "" : "pl-4"}`}>
                <StatusMark status={row.status} word={row.status} />
                <span className="truncate">{row.task}</span>
                {row.attempts.length > 1 ? <span className="shrink-0 text-2xs text-soft tabular-nums">×{row.attempts.length}</span> : null}
              </span>
              <span className="relative block h-4 rounded-sm bg-raised/60">
                {bars.map((bar) => (
                  <GanttBar key={`${bar.attempt} ${bar.startedAt}`} bar={bar} />
                ))}
              </span>
              <span className="text-right text-xs text-soft tabular-nums">{tookText(row, last)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function GanttBar({ bar: { from, to, status, attempt } }: { readonly bar: Bar }) {
  return (
    <span
      title={`attempt ${attempt}: ${status}`}
      className={`absolute inset-y-0.5 min-w-[3px] rounded-[2px] ${TONE_MARK[toneOf(status)]} ${status === "running" ? "animate-pulse-dot" : ""}`}
      style={{ left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` }}
    />
  );
}

/** From the first attempt's start to the last one's end. */
function tookText({ attempts, status }: TaskRow, now: number): string {
  const [first] = attempts;
  const end = attempts.at(-1)?.endedAt;
  if (first === undefined) return status === "skipped" ? "skipped" : "";
  return durationText(Math.max(0, (end == null ? now : Date.parse(end)) - Date.parse(first.startedAt)));
}
