/** Updates of a run: what a person wants an answer to. */
export const RUN_UPDATES = {
  /** `TaskAnswer`. Refused with `E_APPROVAL` unless the task waits for one. */
  answer: "answer",
} as const;

/** What a person says to a task that waits for an approval. */
export interface TaskAnswer {
  readonly task: string;
  readonly approved: boolean;
  readonly by?: string;
  readonly reason?: string;
}
