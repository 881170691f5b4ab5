import { useLayoutEffect, useRef, useState } from "react";
import type { LogLine } from "../../api/schema.gen.ts";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { bothZones, localText } from "../../parts/time-text.ts";

import { type LogFilter, MOST_LINES, useLogs } from "./use-logs.ts";

const LEVELS: Readonly<Record<string, string>> = { error: "text-bad", warn: "text-warn", info: "text-soft", debug: "text-idle" };
/** So near to the end counts as being there, in pixels. */
const NEAR = 24;

interface LogsProps {
  readonly run: string;
  readonly filter: LogFilter;
  /** True while more may come. */
  readonly isLive: boolean;
}

/** What tasks wrote, the newest line last. It follows the end until somebody scrolls up. */
export function Logs({ run, filter, isLive }: LogsProps) {
  const { data, error, refetch } = useLogs(run, filter, isLive);
  const box = useRef<HTMLElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what is followed
  useLayoutEffect(() => {
    if (isFollowing && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [data, isFollowing]);
  if (data === undefined) return error === null ? <Skeleton rows={4} /> : <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) return <p className="px-4 py-5 text-sm text-soft">{isLive ? "Nothing is written yet." : "Nothing was written."}</p>;
  return (
    <div className="relative">
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Log lines"
        className="max-h-[26rem] overflow-auto py-2 font-mono text-xs leading-5"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => setFollowing(scrollHeight - scrollTop - clientHeight < NEAR)}
      >
        {data.length < MOST_LINES ? null : <p className="px-4 pb-1 text-soft">Only the last {MOST_LINES.toLocaleString("en-US")} lines are shown.</p>}
        {data.map((line) => (
          <Line key={`${line.task} ${line.attempt} ${line.line}`} line={line} isAlone={filter.task !== undefined} />
        ))}
      </section>
      {isFollowing || !isLive ? null : (
        <button
          type="button"
          className="absolute right-4 bottom-3 rounded border border-line-strong bg-panel px-2 py-1 text-xs shadow-pop hover:bg-raised"
          onClick={() => setFollowing(true)}
        >
          Follow
        </button>
      )}
    </div>
  );
}

function Line({ line: { at, level, text, fields, task, attempt }, isAlone }: { readonly line: LogLine; readonly isAlone: boolean }) {
  const instant = Date.parse(at);
  const more = Object.keys(fields).length === 0 ? "" : JSON.stringify(fields);
  return (
    <div className="flex gap-3 px-4 hover:bg-raised/60">
      <time dateTime={at} title={bothZones(instant)} className="hidden shrink-0 text-soft tabular-nums sm:inline">
        {localText(instant).slice(11)}
      </time>
      <span className={`w-9 shrink-0 ${LEVELS[level] ?? "text-soft"}`}>{level}</span>
      {isAlone ? null : (
        <span className="w-28 shrink-0 truncate text-soft" title={`${task}, attempt ${attempt}`}>
          {task}
        </span>
      )}
      <span className="min-w-0 whitespace-pre-wrap break-words">
        {text} {more === "" ? null : <span className="text-soft">{more}</span>}
      </span>
    </div>
  );
}
