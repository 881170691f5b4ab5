import type { AnyLeaf } from "../core/authoring/leaf.ts";
import type { EventInput } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { EndStatus, TaskStatus } from "../core/run.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** How one task of a tested run ended. */
export interface TestTask {
  readonly id: string;
  readonly status: TaskStatus;
  /** How often its handler was called. */
  readonly attempts: number;
  /** What it returned, as the next task got it. */
  readonly value: Json | undefined;
  /** Why it was skipped, failed or cancelled. */
  readonly why: string | undefined;
  /** What its last attempt threw: the very object. */
  readonly error: unknown;
  /** Paths that a branch chose. */
  readonly paths: readonly string[] | undefined;
  /** By the clock of the test, ISO 8601; undefined if it never ran. */
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** Items of a map, in the order of its list; empty for other tasks. */
  readonly items: readonly TestItem[];
}

/** How one item of a map ended. */
export interface TestItem {
  readonly index: number;
  readonly attempts: number;
  readonly status: "succeeded" | "failed" | "skipped" | "cancelled";
  readonly value: Json | undefined;
  /** What its last attempt threw: the very object. */
  readonly error: unknown;
}

export interface TestLogLine {
  readonly task: string;
  readonly attempt: number;
  readonly level: LogLevel;
  readonly text: string;
  readonly fields: JsonObject;
}

/** An event that the run published, in order. */
export type PublishedEvent = EventInput & { readonly id: string; readonly partition: string | null; readonly data: JsonObject };

/** What became of a tested run. */
export interface TestRun {
  readonly status: EndStatus;
  /** Why it failed or was cancelled. */
  readonly error: string | undefined;
  /** Throws `E_REFERENCE` if the DAG has no such task. */
  task(id: string): TestTask;
  readonly tasks: readonly TestTask[];
  /** What was published of one asset, or of all. */
  published(asset?: AnyLeaf): readonly PublishedEvent[];
  readonly logs: readonly TestLogLine[];
}
