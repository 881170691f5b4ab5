import type { Duration } from "../condition.ts";
import type { TriggerRule } from "../plan.ts";
import type { TaskRef } from "./task.ts";
import type { AfterRef } from "./task-kinds.ts";

/** What every wait takes. A wait has no code: it begins when its rule lets it, and holds no place in any worker. */
export interface WaitOptions {
  /** Tasks and paths that come first, without their values. */
  readonly after?: readonly AfterRef[];
  /** @default "all-succeeded" */
  readonly when?: TriggerRule;
  readonly description?: string;
}

export interface SleepSpec extends WaitOptions {
  /** How long. */
  readonly for: Duration;
}

export interface UntilSpec extends WaitOptions {
  /** ISO 8601 with a zone, or a task that returns such a text. An instant that is over is not waited for. */
  readonly until: string | TaskRef<string>;
}

/** How long something is waited for, and what becomes of the task then. */
export interface TimeoutOptions {
  /** @default for ever */
  readonly timeout?: Duration;
  /** `"skip"` ends the task as skipped, `"fail"` as failed with `E_WAIT_TIMEOUT`. @default "fail" */
  readonly onTimeout?: "fail" | "skip";
}

export interface ApproveSpec extends WaitOptions, TimeoutOptions {}

/** The answer of a person that let a run go on. */
export interface Approval {
  readonly by: string;
  readonly reason: string | null;
  /** ISO 8601. */
  readonly at: string;
}
