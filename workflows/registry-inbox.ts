import { isRecord } from "../core/json.ts";
import type { WatcherBatch } from "../core/registry-protocol.ts";
import type { RunEnded, RunStarted } from "../core/run.ts";
import type { RegistryInput } from "../registry/index.ts";
import { isUndecodable, whyUndecodable } from "./payload-converter.ts";

/** From the arguments of a signal to inputs of the machine. What cannot be understood becomes a rejected event, never an error. */
export function publishInput(payload: unknown, options: unknown): RegistryInput[] {
  const checked = isRecord(options) && options.checked === true;
  const good: unknown[] = [];
  const inputs: RegistryInput[] = [];
  for (const event of listOf(payload)) {
    if (isUndecodable(event)) inputs.push({ kind: "reject", event: null, code: "E_EVENT_UNDECODABLE", why: whyUndecodable(event) });
    else good.push(event);
  }
  if (good.length > 0) inputs.push({ kind: "publish", events: good, checked });
  return inputs;
}

export function batchInput(payload: unknown): RegistryInput[] {
  return listOf(payload).map((item) =>
    isWatcherBatch(item) ? { kind: "batch", ...item } : unreadable(item, "a watcherBatch needs { watcher, generation, seq, events }"),
  );
}

export function runStartedInput(payload: unknown): RegistryInput[] {
  return listOf(payload).map((item) =>
    isRunStarted(item) ? { kind: "runStarted", ...item } : unreadable(item, "a runStarted needs { run, temporalRunId, dag, partition, cause }"),
  );
}

export function runEndedInput(payload: unknown): RegistryInput[] {
  return listOf(payload).map((item) =>
    isRunEnded(item) ? { kind: "runEnded", ...item } : unreadable(item, "a runEnded needs { run, temporalRunId, dag, status, outlets }"),
  );
}

function unreadable(item: unknown, why: string): RegistryInput {
  if (isUndecodable(item)) return { kind: "reject", event: null, code: "E_EVENT_UNDECODABLE", why: whyUndecodable(item) };
  return { kind: "reject", event: item, code: "E_EVENT", why };
}

function listOf(payload: unknown): readonly unknown[] {
  return Array.isArray(payload) ? payload : [payload];
}

function isWatcherBatch(value: unknown): value is WatcherBatch {
  return (
    isRecord(value) &&
    typeof value.watcher === "string" &&
    Number.isSafeInteger(value.generation) &&
    Number.isSafeInteger(value.seq) &&
    Array.isArray(value.events)
  );
}

function isRunStarted(value: unknown): value is RunStarted {
  return isRun(value) && isRecord(value.cause);
}

function isRunEnded(value: unknown): value is RunEnded {
  return isRun(value) && ["succeeded", "failed", "cancelled"].includes(value.status as string) && Array.isArray(value.outlets);
}

function isRun(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && typeof value.run === "string" && typeof value.temporalRunId === "string" && typeof value.dag === "string";
}
