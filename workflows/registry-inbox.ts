import { isRecord } from "../core/json.ts";
import { isTooDeep, MOST_LEVELS } from "../core/json-depth.ts";
import { SIGNALS, type WatcherBatch } from "../core/registry-protocol.ts";
import type { RegistryInput } from "../registry/index.ts";
import { isUndecodable, whyUndecodable } from "./payload-converter.ts";
import { readRunEnded, readRunStarted } from "./run-signals.ts";

/**
 * From the arguments of a signal to inputs of the machine. What cannot be understood becomes a rejected event, never an error, and
 * never nothing: who sends raw signals sees only that the server took them.
 */
export function publishInput(payload: unknown, options: unknown, ...more: readonly unknown[]): RegistryInput[] {
  const stray = [isOptions(options) ? undefined : options, ...more].filter((one) => one !== undefined);
  const good: unknown[] = [];
  const inputs: RegistryInput[] = [];
  for (const event of listOf(payload)) {
    if (isJson(event) && !isTooDeep(event)) good.push(event);
    else inputs.push(unreadable(event, "a signal needs an input: one event or a list of events"));
  }
  if (good.length > 0) inputs.push({ kind: "publish", events: good, checked: isRecord(options) && options.checked === true });
  return [...inputs, ...stray.map((one) => unreadable(one, "assetUpdated takes one argument; put several events into one list"))];
}

/** A signal that the registry does not have, as when its name is misspelt. */
export function unknownSignalInput(name: string, payloads: readonly unknown[]): RegistryInput[] {
  return (payloads.length === 0 ? [null] : payloads).map((one) =>
    unreadable(one, `the registry has no signal ${JSON.stringify(name)}; events come by ${SIGNALS.assetUpdated}`),
  );
}

export function batchInput(payload: unknown): RegistryInput[] {
  return listOf(payload).map((item) =>
    isWatcherBatch(item) ? { kind: "batch", ...item } : unreadable(item, "a watcherBatch needs { watcher, generation, seq, events }"),
  );
}

export function runStartedInput(payload: unknown): RegistryInput[] {
  return listOf(payload).map((item) => {
    const started = readRunStarted(item);
    if (typeof started !== "string") return { kind: "runStarted", claimed: true, ...started };
    return unreadable(item, `a runStarted needs { run, temporalRunId, dag, partition, cause }: ${started}`);
  });
}

export function runEndedInput(payload: unknown): RegistryInput[] {
  return listOf(payload).map((item) => {
    const ended = readRunEnded(item);
    if (typeof ended !== "string") return { kind: "runEnded", claimed: true, ...ended };
    return unreadable(item, `a runEnded needs { run, temporalRunId, dag, status, outlets }: ${ended}`);
  });
}

function unreadable(item: unknown, why: string): RegistryInput {
  if (isUndecodable(item)) return { kind: "reject", event: null, code: "E_EVENT_UNDECODABLE", why: whyUndecodable(item) };
  if (item instanceof Uint8Array) {
    return { kind: "reject", event: null, code: "E_EVENT_UNDECODABLE", why: `an event is JSON, and this is ${item.length} bytes without an encoding` };
  }
  // Nobody could write it out again.
  if (isTooDeep(item)) return { kind: "reject", event: null, code: "E_EVENT", why: `it is nested more than ${MOST_LEVELS} levels deep` };
  return { kind: "reject", event: item ?? null, code: "E_EVENT", why };
}

/** Whatever JSON says, the machine judges; no input at all and bytes are no JSON. */
function isJson(value: unknown): boolean {
  return value !== undefined && !(value instanceof Uint8Array) && !isUndecodable(value);
}

/** The second argument of our own senders. */
function isOptions(value: unknown): boolean {
  return isRecord(value) && !isUndecodable(value) && Object.keys(value).every((name) => name === "checked");
}

function listOf(payload: unknown): readonly unknown[] {
  return Array.isArray(payload) ? payload : [payload];
}

function isWatcherBatch(value: unknown): value is WatcherBatch {
  return (
    isRecord(value) &&
    typeof value.watcher === "string" &&
    value.watcher.length >= 1 &&
    value.watcher.length <= 1_000 &&
    value.watcher !== "__proto__" &&
    Number.isSafeInteger(value.generation) &&
    Number.isSafeInteger(value.seq) &&
    Array.isArray(value.events)
  );
}
