import type { Duration } from "../condition.ts";
import type { TaskSource } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { PlanSource } from "../plan.ts";
import type { Source } from "../source.ts";
import { parseDuration } from "../time/duration.ts";
import type { Any } from "./json-types.ts";
import type { TaskOptions } from "./task.ts";
import type { TimeoutOptions, WaitOptions } from "./wait.ts";
import { type RawWait, readTimeout } from "./wait-options.ts";
import { DEFAULT_EVERY } from "./watch.ts";

export interface ConsumeSpec<Cursor> extends WaitOptions, Pick<TaskOptions, "retries" | "backoff"> {
  /** Most items of one run; what is read beyond waits for the next one. @default 1,000 */
  readonly max?: number;
  /** How long it waits for more before it goes on with what there is, which may be nothing. @default "30s" */
  readonly wait?: Duration;
  /** Where the first run begins; each other one goes on where the one before ended. @default "beginning" */
  readonly startAt?: "now" | "beginning" | Cursor;
  /** Time between two polls, for a source that polls. @default "10s" */
  readonly every?: Duration;
}

/** The run that a trigger task belongs to, for its `match`. */
export interface MatchRun<P> {
  readonly id: string;
  readonly partition: string | null;
  readonly params: P;
}

export interface WaitForSpec<Item, Cursor, P> extends WaitOptions, TimeoutOptions {
  /** Whether an item is the one that is waited for. @default the first item */
  readonly match?: (item: Item, run: MatchRun<P>) => boolean;
  /** Where it begins to look. @default "now": what is there when the task begins is passed over */
  readonly startAt?: "now" | "beginning" | Cursor;
  /** Time between two polls, for a source that polls. @default "10s" */
  readonly every?: Duration;
}

interface RawSourceTask extends RawWait {
  readonly max?: unknown;
  readonly wait?: unknown;
  readonly every?: unknown;
  readonly startAt?: unknown;
  readonly match?: unknown;
}

/** Items of a run that stay bounded in memory. */
const MOST = 100_000;
/** Longest wait for a batch: one that should be longer is a watcher. */
const LONGEST = 3_600_000;

/** `d.consume`. Throws `E_OPTION`, `E_DURATION`. */
export function readConsume({ max = 1_000, wait = "30s" }: RawSourceTask, where: string): PlanSource {
  if (typeof max !== "number" || !Number.isSafeInteger(max) || max < 1 || max > MOST) {
    throw new HeadgateError("E_OPTION", `${where} takes at most ${JSON.stringify(max)} items`, { where, hint: `max is a whole number from 1 to ${MOST}` });
  }
  const ms = parseDuration(wait as string, `${where}, wait`);
  if (ms > LONGEST) {
    throw new HeadgateError("E_OPTION", `${where} waits ${String(wait)} for a batch`, { where, hint: "wait for one hour at most, and let the DAG run again" });
  }
  return { take: "batch", max, wait: ms };
}

/** `d.waitFor`. Throws `E_OPTION`, `E_DURATION`. */
export function readWaitFor(spec: RawSourceTask, where: string): PlanSource {
  return { take: "one", ...readTimeout(spec, where) };
}

/** The code of a task that reads. Throws `E_REFERENCE`, `E_OPTION`, `E_DURATION`. */
export function readTaskSource(source: unknown, spec: RawSourceTask, startAt: "now" | "beginning", where: string): TaskSource {
  if (typeof source !== "object" || source === null || !("read" in source) || typeof source.read !== "function") {
    throw new HeadgateError("E_REFERENCE", `${where} has no source`, {
      where,
      hint: "the second argument is what sqs(...), kafka(...) or defineSource(...) returned",
    });
  }
  const { match } = spec;
  if (match !== undefined && typeof match !== "function") {
    throw new HeadgateError("E_OPTION", `"match" of ${where} is no function`, { where, hint: "write match: (item, run) => item.key === run.params.key" });
  }
  const every = spec.every === undefined ? DEFAULT_EVERY : parseDuration(spec.every as string, `${where}, every`);
  return {
    source: source as Source<Any, Any>,
    every,
    startAt: spec.startAt ?? startAt,
    ...(match === undefined ? {} : { match: match as NonNullable<TaskSource["match"]> }),
  };
}
