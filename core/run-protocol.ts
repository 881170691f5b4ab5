import type { AssetEvent } from "./event.ts";
import type { Json } from "./json.ts";
import type { KeptTask, RunInput, TaskStatus } from "./run.ts";

/** Updates of a run: what a person wants an answer to. */
export const RUN_UPDATES = {
  /** `TaskAnswer`. Refused with `E_APPROVAL` unless the task waits for one. */
  answer: "answer",
} as const;

/** Signals of a run. */
export const RUN_SIGNALS = {
  /** From its own worker. The registry did not take the end of this run in time: it has to be told in the patient way. */
  endUnheard: "endUnheard",
  /** `EventAnswer`, from the registry. For each task the first one counts. */
  assetEvent: "assetEvent",
} as const;

/** An event that a task of a run waits for. */
export interface EventAnswer {
  /** Workflow id. */
  readonly run: string;
  readonly task: string;
  readonly event: AssetEvent;
}

/** What a person says to a task that waits for an approval. */
export interface TaskAnswer {
  readonly task: string;
  readonly approved: boolean;
  readonly by?: string;
  readonly reason?: string;
}

/** Queries of a run. */
export const RUN_QUERIES = {
  progress: "progress",
  plan: "plan",
  /** `OutcomeQuestion`: what it was given and what its tasks came to, for a run that repeats it. Answered also when it has ended. */
  outcome: "outcome",
} as const;

/** Values of which tasks are asked for. */
export interface OutcomeQuestion {
  /** @default none */
  readonly values?: readonly string[];
}

/** What a run was given and what its tasks came to. */
export interface RunOutcome {
  readonly input: Omit<RunInput, "loaded">;
  /** Hash of the plan; null if it never found one. */
  readonly plan: string | null;
  /** In the order of the plan. */
  readonly tasks: readonly ({ readonly task: string; readonly status: TaskStatus } & Omit<KeptTask, "status" | "value">)[];
  /** Of the tasks that were asked for, in their order, as many as go into one reply; the rest must be asked for again. */
  readonly values: readonly (readonly [task: string, value: Json])[];
}
