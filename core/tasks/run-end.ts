import type { TaskStatus } from "../run.ts";

/** What a task of `d.onFailure` gets: how the run failed. */
export interface RunFailure {
  readonly status: "failed";
  /** As the run itself says it. */
  readonly error: string;
  readonly code: string;
  /** The task whose own failure came first; null if none failed, as when the deadline passed. */
  readonly task: string | null;
  /** All tasks that failed by themselves, in the order of the plan. */
  readonly failed: readonly { readonly task: string; readonly error: string; readonly code: string | null }[];
  readonly tasks: Readonly<Record<string, TaskStatus>>;
}

/** What a task of `d.onSuccess` gets. */
export interface RunSuccess {
  readonly status: "succeeded";
  readonly tasks: Readonly<Record<string, TaskStatus>>;
}
