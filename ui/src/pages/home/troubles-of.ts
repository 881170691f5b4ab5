import { PROBLEM_STATUS } from "../../api/open-problems.ts";
import type { Dag, OpenProblem } from "../../api/schema.gen.ts";

/** A DAG, as far as this page reads it. */
export type DagState = Pick<Dag, "dag" | "paused" | "faulted">;

/** A watcher, as far as this page reads it. */
export interface WatcherState {
  readonly watcher: string;
  readonly live: { readonly status: string; readonly error?: string } | null;
  readonly stored: { readonly status: string | null; readonly error: string | null; readonly deadLetters: number } | null;
}

/** Something that asks for somebody: what it is, how it is, and why. */
export interface Trouble {
  readonly about: OpenProblem["about"];
  readonly id: string;
  readonly status: string;
  readonly why: string;
  /** ISO 8601. */
  readonly since?: string;
  /** The run to look at. */
  readonly run?: string;
}

/** What is wrong, the gravest first; then what holds something back: retries of a watcher, and what somebody paused. */
export function troublesOf(problems: readonly OpenProblem[], dags: readonly DagState[], watchers: readonly WatcherState[]): readonly Trouble[] {
  const wrong = problems.map(troubleOfProblem);
  const known = new Set(wrong.map(nameOf));
  const held = [...watchers.flatMap(holdOfWatcher), ...dags.flatMap(holdOfDag)].filter((one) => !known.has(nameOf(one)));
  return [...wrong, ...held].sort((a, b) => GRAVITY.indexOf(a.status) - GRAVITY.indexOf(b.status));
}

const GRAVITY = ["stopped", "quarantined", "looping", "failed", "stale", "in quarantine", "dead letters", "backing-off", "paused"];

/** Whether a watcher does not do what it is there for, whoever stopped it. */
export function isHeld({ live, stored }: WatcherState): boolean {
  return ["stopped", "backing-off", "paused"].includes(live?.status ?? stored?.status ?? "");
}

function troubleOfProblem({ kind, about, subject, title, detail, count, since, run }: OpenProblem): Trouble {
  const why = count > 1 ? `${title}${detail === null ? "" : `: ${detail}`}` : (detail ?? title);
  return { about, id: subject, status: PROBLEM_STATUS[kind], why, since, ...(run === null ? {} : { run }) };
}

function holdOfDag({ dag, paused }: DagState): readonly Trouble[] {
  if (paused === null) return [];
  return [{ about: "dag", id: dag, status: "paused", why: `no run starts until it is resumed${paused.by === null ? "" : `; paused by ${paused.by}`}` }];
}

function holdOfWatcher({ watcher, live, stored }: WatcherState): readonly Trouble[] {
  const status = live?.status ?? stored?.status ?? "";
  if (status === "backing-off") return [{ about: "watcher", id: watcher, status, why: live?.error ?? stored?.error ?? "it says nothing of why" }];
  return status === "paused" ? [{ about: "watcher", id: watcher, status, why: "nothing new is noticed until it is resumed" }] : [];
}

function nameOf({ about, id }: Trouble): string {
  return `${about} ${id}`;
}
