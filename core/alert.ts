import { contentHash } from "./hash.ts";
import type { ProblemKind } from "./notify.ts";

/** Something that is wrong with a DAG, an asset or a watcher until it is over. Instants are milliseconds since 1970. */
export interface Problem {
  readonly kind: ProblemKind;
  /** Id of the DAG or watcher, URI of the asset. */
  readonly subject: string;
  readonly project: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly since: number;
  /** Failed runs, letters or events that wait; else 1. */
  readonly count: number;
  /** The error, or what was expected. */
  readonly detail: string | null;
  /** The last run that failed. */
  readonly run: string | null;
}

/** A problem that people were told of. It is open until the problem is over, and then told once more. */
export interface Alert extends Problem {
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  /** Names of the channels that were told. */
  readonly channels: readonly string[];
}

/** The id of an alert, which comes from what it is about and since when people are told of it: whoever knows these finds its messages. */
export function alertIdOf({ project, kind, subject }: Pick<Problem, "project" | "kind" | "subject">, openedAt: number): string {
  return contentHash({ project, kind, subject, openedAt }).slice(0, 32);
}

/** What one channel is told. The same `id` again is a repeat. Instants are ISO 8601 in UTC. */
export interface AlertMessage {
  readonly id: string;
  /** Of the alert: that of its opening and of its end are the same. */
  readonly alert: string;
  readonly what: "opened" | "resolved" | "test";
  readonly at: string;
  readonly kind: ProblemKind | "test";
  readonly subject: string;
  readonly project: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly since: string;
  readonly count: number;
  readonly run: string | null;
  readonly title: string;
  readonly text: string;
}
