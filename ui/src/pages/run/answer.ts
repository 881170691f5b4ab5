import type { Event, Run } from "../../api/schema.gen.ts";

/** A task of a run as it is now. */
export interface RunTask {
  readonly temporalRunId: string;
  readonly task: string;
  readonly status: string;
  /** Since when. */
  readonly at: string;
  readonly why: string | null;
}

export interface Attempt {
  readonly temporalRunId: string;
  readonly task: string;
  readonly attempt: number;
  /** How often the task had been scheduled: more than once after lost workers. */
  readonly round: number;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly worker: string;
  readonly error: string | null;
  readonly code: string | null;
}

/** What `/v1/runs/{run}` answers. */
export interface RunDetails extends Run {
  readonly key: string;
  readonly plan: string | null;
  readonly temporalRunId: string | null;
  readonly registry: string;
  readonly tasks: readonly RunTask[];
  readonly attempts: readonly Attempt[];
  readonly consumed: readonly (Event & { readonly fate: "consumed" | "referenced"; readonly key: string })[];
  readonly published: readonly Event[];
  /** Runs that consumed what it published. */
  readonly started: readonly { readonly run: string; readonly dag: string; readonly status: string; readonly startedAt: string }[];
  readonly reruns: readonly string[];
}

export interface LogLine {
  readonly task: string;
  readonly attempt: number;
  readonly at: string;
  readonly line: number;
  readonly level: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Whether nothing of it will change by itself. */
export function hasEnded({ status }: Pick<Run, "status">): boolean {
  return status !== "running" && status !== "queued";
}
