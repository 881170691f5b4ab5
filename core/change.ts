/** What people watch. */
export const CHANGE_TOPICS = ["runs", "tasks", "events", "assets", "watchers", "dags", "operations"] as const;
export type ChangeTopic = (typeof CHANGE_TOPICS)[number];

/**
 * That something changed, not what it is now: whoever shows it asks again. `ids` are of runs for `tasks` too; empty means that too many
 * changed to name them.
 */
export interface ChangeHint {
  readonly topic: ChangeTopic;
  readonly kind: "run" | "task" | "log" | "event" | "fate" | "quarantine" | "consumer" | "deploy" | "batch" | "operation";
  readonly ids: readonly string[];
}
