import { v1 } from "./client.ts";
import { read } from "./read.ts";
import type { OpenProblem, OpenProblemPage } from "./schema.gen.ts";

/** What is wrong now: one read for the mark of the shell and for the overview. */
export function openProblems() {
  return read<OpenProblemPage>(PROBLEM_TOPICS, v1`/problems`, { limit: 200 });
}

/** What begins or ends a problem: a run's end, a late, new or quarantined event of an asset, a watcher, a deploy or somebody who resumes a DAG. */
export const PROBLEM_TOPICS = ["runs", "assets", "events", "watchers", "dags"] as const;

/** The state of what has such a problem, in words of the glossary. */
export const PROBLEM_STATUS: Readonly<Record<OpenProblem["kind"], string>> = {
  "run-failed": "failed",
  "asset-stale": "stale",
  "dag-quarantined": "quarantined",
  "dag-looping": "looping",
  "watcher-stopped": "stopped",
  "dead-letters": "dead letters",
  "events-quarantined": "in quarantine",
};
