import { Link } from "@tanstack/react-router";
import type { Page } from "../../api/read.ts";
import type { OpenProblemPage, Run } from "../../api/schema.gen.ts";
import { useNow } from "../../parts/now.ts";
import { TONE_TEXT, type Tone } from "../../parts/tone.ts";
import { type DagState, isHeld, type WatcherState } from "./troubles-of.ts";

const DAY = 24 * 3_600_000;

interface FiguresProps {
  readonly running: Page<Run> | undefined;
  readonly newest: readonly Run[] | undefined;
  /** Whether there are older runs than those. */
  readonly hasOlder: boolean;
  readonly dags: readonly DagState[] | undefined;
  readonly watchers: readonly WatcherState[] | undefined;
  readonly problems: OpenProblemPage | undefined;
}

/** How it is, in a few numbers; a number has a colour only when it means something. */
export function Figures({ running, newest, hasOlder, dags, watchers, problems }: FiguresProps) {
  const since = useNow((now) => Math.floor((now - DAY) / 60_000) * 60_000);
  const recent = newest?.filter(({ startedAt }) => Date.parse(startedAt) >= since);
  const more = running?.next == null ? "" : "+";
  // If the oldest of those that were read is of the last day, there are more.
  const atLeast = hasOlder && recent?.length === newest?.length ? "+" : "";
  return (
    <ul className="flex flex-wrap gap-px overflow-hidden rounded-lg border border-line bg-line">
      <Figure to="/runs" search={{ status: "running" }} title="Running" value={running?.items.length} more={more} tone="run" note="runs now" />
      <Figure to="/runs" search={{ status: "failed" }} title="Failed" value={count(recent, "failed")} more={atLeast} tone="bad" note="runs of the last 24 h" />
      <Figure to="/runs" search={{ status: "succeeded" }} title="Succeeded" value={count(recent, "succeeded")} more={atLeast} note="runs of the last 24 h" />
      <Figure
        to="/dags"
        title="Held back"
        value={dags?.filter(({ paused, faulted }) => paused !== null || faulted !== null).length}
        tone="warn"
        note={`of ${dags?.length ?? 0} DAGs paused or faulted`}
      />
      <Figure
        to="/assets"
        search={{ freshness: "stale" }}
        title="Stale"
        value={problems?.items.filter(({ kind }) => kind === "asset-stale").length}
        more={problems?.next == null ? "" : "+"}
        tone="warn"
        note="assets older than they may be"
      />
      <Figure
        to="/watchers"
        title="Not watching"
        value={watchers?.filter(isHeld).length}
        tone="bad"
        note={watchers?.length === 1 ? "of 1 watcher" : `of ${watchers?.length ?? 0} watchers`}
      />
    </ul>
  );
}

interface FigureProps {
  readonly to: "/runs" | "/dags" | "/watchers" | "/assets";
  readonly search?: { readonly status?: string; readonly freshness?: string };
  readonly title: string;
  readonly value: number | undefined;
  readonly more?: string;
  readonly note: string;
  /** Of a number that is not 0. */
  readonly tone?: Tone;
}

function Figure({ to, search = {}, title, value, more = "", note, tone }: FigureProps) {
  const color = value === undefined || value === 0 || tone === undefined ? (value === 0 ? "text-soft" : "text-ink") : TONE_TEXT[tone];
  return (
    <li className="flex-1 basis-36 bg-panel">
      <Link to={to} search={search} className="block h-full px-4 py-3 hover:bg-raised/60">
        <p className="text-xs text-soft">{title}</p>
        <p className={`text-2xl leading-8 font-semibold tabular-nums ${color}`}>{value === undefined ? "–" : `${value.toLocaleString("en-US")}${more}`}</p>
        <p className="text-xs text-soft">{note}</p>
      </Link>
    </li>
  );
}

function count(runs: readonly Run[] | undefined, status: string): number | undefined {
  return runs?.filter((run) => run.status === status).length;
}
