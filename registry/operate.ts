import type { ErrorCode } from "../core/error-codes.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Cause, RunStart } from "../core/run.ts";
import { release } from "./edit.ts";
import { guarded, keepForLater } from "./faults.ts";
import { offer } from "./gather.ts";
import { takeGathered } from "./gathered.ts";
import { heldFrom } from "./held.ts";
import { letGoOfHeld } from "./held-runs.ts";
import type { OperatorInput, OperatorReply } from "./input.ts";
import { pauseConsumer, resumeConsumer } from "./pausing.ts";
import { isHeld, letGo, poolsOf, unref } from "./pool.ts";
import { condemn, condemnUnplaced, hasWhatItTakes } from "./read-back.ts";
import type { Consumer, Registry } from "./registry.ts";
import { metRequest, noteRequest } from "./requests.ts";
import { runOf } from "./runs.ts";
import { isRouter } from "./shard.ts";
import { type PlannedStart, startWith } from "./start.ts";
import type { RequestState } from "./state.ts";
import { touch, touchAll } from "./touch.ts";

/** How long what was read for a person stays in the state, in milliseconds. */
const STAYS_FOR = 60_000;

/** What an operation did, and the runs that it wants; their ids are known at the end of the instant. */
export interface Operated {
  readonly starts: readonly PlannedStart[];
  reply(started: readonly RunStart[]): OperatorReply;
}

/** What was done, before it is a reply. */
interface Done {
  readonly did: boolean;
  readonly events?: number;
  readonly starts?: readonly PlannedStart[];
}

/** Carries out what a person asks. A request that was met before does nothing; one that changes something leaves a fact of who and why. */
export function operate(registry: Registry, input: OperatorInput, now: number): Operated {
  const met = metRequest(registry.state, input.request);
  // A redelivery comes in pieces under one request: it looks at each event by itself.
  if (met !== undefined && input.kind !== "redeliver") return answer({ did: false });
  if (input.kind === "restore" || input.kind === "import") {
    for (const consumer of registry.consumers.values()) {
      touchAll(consumer);
      registry.touched.add(consumer);
    }
    return isRouter(registry.state) ? note(registry, input, { did: true }, now) : answer({ did: true });
  }
  if (input.kind === "hold" || input.kind === "release") {
    registry.routes?.tell(input);
    const done = holdAll(registry, input, now);
    // What concerns all shards is noted once, by the router.
    return isRouter(registry.state) ? note(registry, input, done, now) : answer(done);
  }
  const consumer = registry.consumers.get(input.dag);
  if (consumer === undefined) {
    registry.ledger.warn("E_DAG_UNKNOWN", `${input.kind} names ${input.dag}, and no deployed DAG has this id`);
    return refuse("E_DAG_UNKNOWN", `no deployed DAG is called ${input.dag}`);
  }
  registry.touched.add(consumer);
  switch (input.kind) {
    case "pause":
      return note(registry, input, { did: pauseConsumer(registry, consumer, now, input.by ?? null) }, now);
    case "resume": {
      const wasFaulted = consumer.state.faulted !== null;
      release(registry, consumer, now);
      return note(registry, input, { did: resumeConsumer(registry, consumer, now) || (wasFaulted && consumer.state.faulted === null) }, now);
    }
    case "clear": {
      const events = clearPending(registry, consumer, input.key, reasonOf("cleared", input));
      return note(registry, input, { did: events > 0, events }, now);
    }
    case "fire":
      if (registry.state.hold !== null) return refuse("E_REGISTRY_HELD", "the whole registry is held, so nothing starts");
      if (consumer.state.faulted !== null) return refuse("E_CONSUMER_FAULTED", `${input.dag} is quarantined: ${consumer.state.faulted}`);
      if (!hasAllToFire(registry, consumer, input.key, now))
        return refuse("E_PENDING_STORED", `what has gathered for ${input.dag} is kept outside of the registry, and is being read`);
      return note(registry, input, fire(registry, consumer, input, now), now);
    case "mark":
      if (runOf(consumer, input.run.run) !== undefined) return refuse("E_RUN_STATE", `run ${input.run.run} still runs, so it cannot be marked`);
      return note(registry, input, markSucceeded(registry, consumer, input), now);
    case "redeliver": {
      const events = redeliver(registry, consumer, input, now);
      return note(registry, input, { did: events > 0, events }, now);
    }
  }
}

function holdAll({ state, consumers, touched }: Registry, input: OperatorInput, now: number): Done {
  if (input.kind === "hold") {
    if (state.hold !== null) return { did: false };
    state.hold = { since: now, by: input.by ?? null };
    return { did: true };
  }
  if (state.hold === null) return { did: false };
  state.hold = null;
  for (const consumer of consumers.values()) if (consumer.waiting.size > 0) touched.add(consumer);
  return { did: true };
}

/** The run counts as succeeded: it holds its events no more, and the row of failures ends. What it should have published is the person's to publish. */
function markSucceeded(registry: Registry, consumer: Consumer, { dag, run }: Extract<OperatorInput, { kind: "mark" }>): Done {
  letGoOfHeld(consumer, run.run, run.events);
  delete consumer.state.failures;
  registry.ledger.write("run", { ...run, dag, status: "succeeded" });
  return { did: true, events: run.events };
}

/** Gives recorded events to one consumer, as if they were new to it. Those that it has pending are left as they are. */
function redeliver(registry: Registry, consumer: Consumer, input: Extract<OperatorInput, { kind: "redeliver" }>, now: number): number {
  const why = reasonOf("redelivered", input);
  const request = noteRequest(registry.state, input.request, now);
  let delivered = 0;
  for (const event of input.events) {
    // What came after the command was first given is no part of it.
    if (event.at >= request.at || event.seq > registry.state.counters.event || !isAfter(event, request.upto)) continue;
    request.upto = [event.at, event.seq];
    const held = heldFrom(registry.events, event);
    const mine = registry.subscriptions.of(event.asset, event.groups).find((one) => one.consumer === consumer);
    if (mine === undefined || consumer.state.backlog?.includes(event.seq) === true) continue;
    if (held.event.id !== event.id || held.event.source !== event.source) continue;
    if (held.refs > 0 && poolsOf(consumer).some((pool) => isHeld(registry, consumer, pool, held))) continue;
    delivered += 1;
    registry.ledger.because(consumer.dag, event.seq, why);
    if (consumer.state.faulted !== null || !guarded(registry, consumer, () => offer(registry, consumer, mine.leaves, held, now)))
      keepForLater(registry, consumer, held);
  }
  return delivered;
}

function isAfter({ at, seq }: AssetEvent, last: RequestState["upto"]): boolean {
  return last === undefined || at > last[0] || (at === last[0] && seq > last[1]);
}

/** Lets go of what is pending, in all keys or in one. Returns how many events that were. */
function clearPending(registry: Registry, consumer: Consumer, key: string | undefined, why: string): number {
  let cleared = 0;
  for (const pool of poolsOf(consumer)) {
    if (key !== undefined && pool.key !== key) continue;
    cleared += letGo(registry, consumer, pool, null, () => true, { fate: "dropped", why }).length;
    cleared += condemn(registry, consumer, pool, () => true, { fate: "dropped", why });
    touch(consumer, pool.id);
  }
  cleared += condemnUnplaced(registry, consumer, (one) => key === undefined || one.key === key, { fate: "dropped", why });
  if (key === undefined || key === "") {
    for (const seq of consumer.state.backlog ?? []) {
      cleared += 1;
      registry.ledger.fate(consumer.dag, "", seq, "dropped", why);
      const held = registry.events.get(seq);
      if (held !== undefined) unref(registry, held);
    }
    delete consumer.state.backlog;
  }
  return cleared;
}

/** Asks for what it lacks, which then stays for a while: the person is expected to ask again. */
function hasAllToFire(registry: Registry, consumer: Consumer, key: string | undefined, now: number): boolean {
  const { condition, state, dag } = consumer;
  let hasAll = state.unplaced === undefined;
  for (const [id, group] of Object.entries(state.groups)) {
    if (condition === null || (key !== undefined && group.key !== key) || hasWhatItTakes(registry, consumer, condition, id, "batch")) continue;
    registry.traffic.asked.set(`${dag}\n${id}`, now + STAYS_FOR);
    hasAll = false;
  }
  return hasAll;
}

function fire(registry: Registry, consumer: Consumer, { by, key, why }: Extract<OperatorInput, { kind: "fire" }>, now: number): Done {
  const { condition } = consumer;
  if (condition === null) return { did: false };
  const cause: Cause = { kind: "person", text: `started with what had gathered${by === undefined ? "" : ` by ${by}`}${why === undefined ? "" : `: ${why}`}` };
  const starts: PlannedStart[] = [];
  for (const [id, group] of Object.entries(consumer.state.groups)) {
    if (key !== undefined && group.key !== key) continue;
    const taking = takeGathered(registry, consumer, condition, id, now);
    const start = taking === null ? null : startWith(registry, consumer, condition, id, taking, cause, now);
    if (start !== null) starts.push(start);
  }
  return { did: starts.length > 0, events: starts.reduce((sum, start) => sum + start.events.length, 0), starts };
}

/** What the ledger says of each event that an operation touched. */
function reasonOf(what: string, { by, why }: OperatorInput): string {
  return `${what}${by === undefined ? "" : ` by ${by}`}${why === undefined ? "" : `: ${why}`}`.slice(0, 500);
}

function note(registry: Registry, input: OperatorInput, done: Done, now: number): Operated {
  noteRequest(registry.state, input.request, now);
  if (done.did) {
    const { by = null, kind, request = null, why = null } = input;
    const dag = "dag" in input ? input.dag : null;
    const key = input.kind === "mark" ? input.run.run : "key" in input ? (input.key ?? null) : null;
    registry.ledger.write("operation", { operation: kind, dag, key, by, why, request, events: done.events ?? 0 });
  }
  return answer(done);
}

function answer({ did, events = 0, starts = [] }: Done): Operated {
  const causes = new Set(starts.map(({ cause }) => cause));
  return { starts, reply: (started) => ({ ok: true, did, events, runs: started.flatMap(({ id, input }) => (causes.has(input.cause) ? [id] : [])) }) };
}

function refuse(code: ErrorCode, message: string): Operated {
  return { starts: [], reply: () => ({ ok: false, code, message }) };
}
