import type { ConditionNode } from "../../core/condition.ts";
import type { Json } from "../../core/json.ts";
import type { ScenarioResult } from "../../registry/index.ts";
import { simulate } from "../../registry/index.ts";
import { scenario as scenarioForm } from "../../registry/simulate/form/scenario.ts";

/** A DAG of a scenario, loosely: tests also write what is wrong. */
export type Dag = { readonly id?: string; readonly on?: object | null } & Readonly<Record<string, unknown>>;
/** `"00:05"`, `"00:05:30"` or `"+1 00:05"` (a day later), and what happens. */
export type Line = readonly [at: string, action?: Readonly<Record<string, unknown>>];

const DAY = 86_400_000;
const START = Date.parse("2026-01-01T00:00:00Z");

/** An instant of a test's day: the 1st of January 2026, unless it says `+n` days. */
export function at(text: string): string {
  const match = /^(?:\+(\d+) )?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?$/.exec(text);
  if (match === null) throw new Error(`no time of day: ${text}`);
  const [days, hours, minutes, seconds, ms] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number];
  return new Date(START + days * DAY + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + ms).toISOString();
}

/** An event of `s3://lake/<name>`. */
export function ev(
  name: string,
  id: string,
  more: {
    readonly data?: Json;
    readonly time?: string;
    readonly partition?: string;
    readonly groups?: readonly string[];
    readonly source?: string;
    readonly hops?: number;
  } = {},
): Readonly<Record<string, unknown>> {
  const { time, ...rest } = more;
  return { asset: uri(name), source: "x", id, ...rest, ...(time === undefined ? {} : { time: at(time) }) };
}

export function uri(name: string): string {
  return name.includes("://") ? name : `s3://lake/${name}`;
}

/** A leaf on `s3://lake/<name>`. */
export function on(name: string, more: Readonly<Record<string, unknown>> = {}): ConditionNode {
  return { asset: uri(name), ...more } as ConditionNode;
}

export interface Played extends ScenarioResult {
  /** `dag[key]@00:05 1,2`: each run with its key (left out if empty), its time and its events. */
  readonly started: readonly string[];
  /** By event id: `consumed`, `dropped(unless s3://lake/b)`; with `dag:`/`[key]` in front where one event has several. */
  fate(id: string, dag?: string, key?: string): string;
}

export function play(dags: Dag | readonly Dag[], timeline: readonly Line[], more: Readonly<Record<string, unknown>> = {}): Played {
  const list = Array.isArray(dags) ? (dags as readonly Dag[]) : [dags as Dag];
  const scenario = {
    dags: list.map((dag, index) => ({ id: `d${index === 0 ? "" : index + 1}`, ...dag })),
    timeline: timeline.map(([time, action = {}]) => ({ at: at(time), ...action })),
    ...more,
  };
  const result = simulate(scenario);
  // Whatever the machine accepts, the published form must: an editor would mark it as wrong.
  scenarioForm.parse(JSON.parse(JSON.stringify(scenario)));
  return {
    ...result,
    started: result.runs.map((run) =>
      `${run.dag}${run.key === "" ? "" : `[${run.key}]`}@${clock(run.at)} ${run.events.map((event) => event.id).join(",")}`.trim(),
    ),
    fate: (id, dag, key) =>
      result.ledger
        .filter(
          (entry) =>
            entry.event.id === id && entry.fate !== "duplicate" && (dag === undefined || entry.dag === dag) && (key === undefined || entry.key === key),
        )
        .map((entry) => `${entry.fate}${entry.why === null ? "" : `(${entry.why})`}`)
        .join(" "),
  };
}

/** `00:05`, with days and seconds where they are needed. */
export function clock(instant: string): string {
  const ms = Date.parse(instant) - START;
  const days = Math.floor(ms / DAY);
  const time = new Date(START + ms - days * DAY).toISOString().slice(11, 19);
  return `${days === 0 ? "" : `+${days} `}${time.endsWith(":00") ? time.slice(0, 5) : time}`;
}

/** A run that lasts until it is finished. */
export const FOREVER = { duration: null };
