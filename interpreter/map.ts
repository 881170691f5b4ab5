import type { Json } from "../core/json.ts";
import { jsonLength, LIMITS } from "../core/limits.ts";
import { afterLostWorker, lostTooOften, type Rounds } from "./lost-worker.ts";
import type { ItemEnd, MapCarry, MapCommand, MapEvent, MapFacts, MapState } from "./map-state.ts";

/** Most characters that are kept of why an item failed: its attempts have all of it. */
const WHY = 300;

/** The first step of a map, or of its next life after a continue-as-new. */
export function startMap(facts: MapFacts, from: number | MapCarry): { readonly state: MapState; readonly commands: readonly MapCommand[] } {
  const carry = typeof from === "number" ? { total: from, next: 0, ends: [], bytes: 0, failed: 0, skipped: 0, published: [] } : from;
  const { total, next, ends, bytes, failed, skipped, firstFailed, published } = carry;
  const state: MapState = {
    ...{ total, next, bytes, failed, skipped, firstFailed },
    ends: [...ends],
    published: new Set(published),
    running: new Map(),
    hold: undefined,
    ended: false,
  };
  return { state, commands: goOn(facts, state, []) };
}

/** What follows from one event. One that is too late, for an item that has ended or a map that has, changes nothing. */
export function advanceMap(facts: MapFacts, state: MapState, event: MapEvent): readonly MapCommand[] {
  if (state.ended) return [];
  const commands: MapCommand[] = [];
  if (event.kind === "cancel") state.hold = "cancelled";
  else if (event.kind === "carry") state.hold ??= "carry";
  else {
    const rounds = state.running.get(event.index);
    if (rounds === undefined) return [];
    state.running.delete(event.index);
    apply(facts, state, event, rounds, commands);
  }
  return goOn(facts, state, commands);
}

function apply(facts: MapFacts, state: MapState, event: Exclude<MapEvent, { kind: "cancel" | "carry" }>, rounds: Rounds, commands: MapCommand[]): void {
  const { index } = event;
  switch (event.kind) {
    case "completed": {
      const { value, skipped, outlets } = event.output;
      if (skipped !== undefined) {
        state.skipped += 1;
        end(state, index, { skipped });
        return;
      }
      for (const { asset } of outlets) state.published.add(asset);
      if (outlets.length > 0) commands.push({ kind: "publish", outlets });
      end(state, index, { v: value });
      return;
    }
    case "failed":
      fail(facts, state, index, event.error, event.code);
      return;
    case "cancelled":
      // With its run it needs no end: nothing is made of the list any more.
      if (state.hold !== "cancelled") fail(facts, state, index, "it was cancelled");
      return;
    case "lost": {
      if (state.hold === "cancelled") return;
      const next = afterLostWorker(rounds, event.attempts);
      const why = lostTooOften(next);
      if (why === undefined) schedule(state, index, next, commands);
      else fail(facts, state, index, why, "E_TASK_LOST");
      return;
    }
  }
}

function fail(facts: MapFacts, state: MapState, index: number, error: string, code?: string): void {
  state.failed += 1;
  state.firstFailed ??= index;
  if (facts.whenFailed === "stop" && state.hold !== "cancelled") state.hold = "failed";
  end(state, index, { error: error.slice(0, WHY), ...(code === undefined ? {} : { code }) });
}

function end(state: MapState, index: number, how: ItemEnd): void {
  state.ends[index] = how;
  state.bytes += jsonLength(how);
  if (state.bytes > LIMITS.mapBytes && state.hold !== "cancelled") state.hold = "too-large";
}

function schedule(state: MapState, index: number, rounds: Rounds, commands: MapCommand[]): void {
  const next: Rounds = { ...rounds, round: rounds.round + 1 };
  state.running.set(index, next);
  const { round, attemptsBefore, retries } = next;
  commands.push({ kind: "schedule", index, round, attemptsBefore, retries });
}

/** Fills the free places; ends the map, or this life of it, if nothing runs any more. */
function goOn(facts: MapFacts, state: MapState, commands: MapCommand[]): readonly MapCommand[] {
  while (state.hold === undefined && state.next < state.total && state.running.size < facts.limit) {
    // Whatever ends is put where it belongs: without this a later item would leave a hole that is not JSON.
    state.ends[state.next] = null;
    schedule(state, state.next, { round: 0, attemptsBefore: 0, retries: facts.retries, lost: 0 }, commands);
    state.next += 1;
  }
  if (state.running.size > 0) return commands;
  if (state.hold === "carry" && state.next < state.total) {
    state.ended = true;
    commands.push({ kind: "carry", carry: toCarry(state) });
    return commands;
  }
  state.ended = true;
  commands.push(endOf(facts, state));
  return commands;
}

function toCarry({ total, next, ends, bytes, failed, skipped, firstFailed, published }: MapState): MapCarry {
  return { total, next, ends, bytes, failed, skipped, ...(firstFailed === undefined ? {} : { firstFailed }), published: [...published] };
}

function endOf(facts: MapFacts, state: MapState): Extract<MapCommand, { kind: "end" }> {
  const published = [...state.published];
  if (state.hold === "cancelled") return { kind: "end", status: "cancelled" };
  if (state.hold === "too-large") {
    const error = `the results of its items have more than ${LIMITS.mapBytes} bytes together; let each write its data somewhere and return where it is`;
    return { kind: "end", status: "failed", error, code: "E_RESULT_SIZE", published };
  }
  const { firstFailed: item } = state;
  if (item !== undefined && facts.whenFailed !== "keep")
    return { kind: "end", status: "failed", error: failureText(state, item), code: "E_MAP_ITEMS", item, published };
  const value = facts.whenFailed === "keep" ? state.ends.map(toOutcome) : state.ends.flatMap((one) => (one !== null && "v" in one ? [one.v] : []));
  return { kind: "end", status: "succeeded", value, published };
}

function failureText(state: MapState, item: number): string {
  const first = state.ends[item];
  const why = first != null && "error" in first ? first.error : "no reason given";
  const left = state.total - state.next;
  const others = left === 0 ? "" : `, and ${left} were not started`;
  return `${state.failed} of ${state.total} items failed${others}; first item ${item}: ${why}`;
}

function toOutcome(end: ItemEnd | null): Json {
  if (end === null) return { status: "failed", error: "it was not worked on" };
  if ("v" in end) return { status: "succeeded", value: end.v };
  if ("skipped" in end) return { status: "skipped", why: end.skipped };
  return { status: "failed", error: end.error };
}
