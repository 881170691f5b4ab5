import type { EventInput } from "../core/event.ts";
import { isRecord } from "../core/json.ts";
import { LIMITS } from "../core/limits.ts";
import type { Cause, EndStatus, RunEnded, RunStarted } from "../core/run.ts";

/** What Temporal takes as an id. */
const ID_LENGTH = 1_000;
/** More of an error than this says nothing more, and everything that hears of the run would carry it. */
const ERROR_LENGTH = 8_000;
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const STATUSES: readonly unknown[] = ["succeeded", "failed", "cancelled"] satisfies EndStatus[];
const CAUSES: readonly unknown[] = ["condition", "person", "schedule", "backfill", "repair", "run", "rerun"] satisfies Cause["kind"][];

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a signal says of the start of a run; as text, why it is none. Nothing but known fields of their types goes on: what is told of a
 * run is written to the store, which must not meet what it cannot hold.
 */
export function readRunStarted(item: unknown): RunStarted | string {
  const name = readRun(item);
  if (typeof name === "string") return name;
  const { cause, key, events } = item as Fields;
  if (!isRecord(cause) || !CAUSES.includes(cause.kind) || !isText(cause.text)) return "cause must be { kind, text }";
  if (key !== undefined && !isText(key)) return "key must be a text";
  if (events !== undefined && !(Number.isSafeInteger(events) && (events as number) >= 0)) return "events must be a whole number of at least 0";
  return {
    ...name,
    cause: { kind: cause.kind, text: cause.text } as Cause,
    ...(key === undefined ? {} : { key }),
    ...(events === undefined ? {} : { events: events as number }),
  };
}

/** The same of an end. Its outlets are judged one by one, as events. */
export function readRunEnded(item: unknown): RunEnded | string {
  const name = readRun(item);
  if (typeof name === "string") return name;
  const { status, outlets, error, began } = item as Fields;
  if (!STATUSES.includes(status)) return `status is one of ${STATUSES.join(", ")}`;
  if (!Array.isArray(outlets)) return "outlets must be a list";
  if (error !== undefined && typeof error !== "string") return "error must be a text";
  const end = { ...name, status: status as EndStatus, outlets: outlets as readonly EventInput[], ...readBegan(began) };
  return error === undefined ? end : { ...end, error: error.slice(0, ERROR_LENGTH) };
}

/** Of a run of another shard. What is wrong is left out: it only says how many runs its events have gone through, and how long it took. */
function readBegan(began: unknown): Pick<RunEnded, "began"> {
  if (!isRecord(began) || !Number.isSafeInteger(began.at) || !Number.isSafeInteger(began.hops) || (began.hops as number) < 0) return {};
  return { began: { at: began.at as number, hops: began.hops as number } };
}

function readRun(item: unknown): Pick<RunStarted, "run" | "temporalRunId" | "dag" | "partition"> | string {
  if (!isRecord(item)) return "it must be an object";
  const { run, temporalRunId, dag, partition = null } = item;
  if (!isId(run) || run === "__proto__") return "run must be the id of a workflow";
  if (typeof temporalRunId !== "string" || !RUN_ID.test(temporalRunId)) return "temporalRunId must be the run id that Temporal gave it";
  if (!isId(dag)) return "dag must be the id of a DAG";
  if (partition !== null && !isText(partition)) return "partition must be a text or null";
  return { run, temporalRunId, dag, partition };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= ID_LENGTH;
}

/** A key may be whatever an event carries. */
function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= LIMITS.eventBytes;
}
