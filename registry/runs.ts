import type { EventInput } from "../core/event.ts";
import type { Fact } from "../core/fact.ts";
import type { RunEnded, RunStarted } from "../core/run.ts";
import { endsOf } from "./assets.ts";
import { noteAwaits } from "./awaits.ts";
import { letGoOfHeld } from "./held-runs.ts";
import { pauseConsumer } from "./pausing.ts";
import { occupy, vacate } from "./policies/concurrency.ts";
import { noteStart } from "./policies/throttle.ts";
import { settleFailed } from "./policies/when-failed.ts";
import type { Consumer, Registry } from "./registry.ts";
import { isOwn, isRouter } from "./shard.ts";
import type { RunState } from "./state.ts";
import { endWorkRun } from "./work.ts";

/** A run of a consumer that has not ended. Ids are whatever somebody called a workflow, `constructor` too. */
export function runOf({ state }: Consumer, run: string): RunState | undefined {
  return Object.hasOwn(state.running, run) ? state.running[run] : undefined;
}

/** A run that someone else started, or a run that was reset: it counts, and is never held back. */
export function runStarted(registry: Registry, input: RunStarted & { readonly claimed?: true }, now: number): void {
  if (!isOwn(registry.state, input.dag)) {
    registry.routes?.give(input.dag, { kind: "runStarted", ...input });
    return;
  }
  const consumer = registry.consumers.get(input.dag);
  if (consumer === undefined || registry.ends.knows(input.run, input.temporalRunId)) return;
  const known = runOf(consumer, input.run);
  if (known !== undefined) {
    // After a reset the same workflow id runs on under a new run id; the end of the old one must not free its slot.
    if (known.temporalRunId !== undefined && known.temporalRunId !== input.temporalRunId) registry.ends.meet(input.run, known.temporalRunId, 0, now);
    known.temporalRunId = input.temporalRunId;
    known.heardAt = now;
    if (input.claimed !== true) delete known.claimed;
    return;
  }
  const key = input.key ?? input.partition ?? "";
  const carries = input.events ?? 0;
  if (input.cause.kind === "rerun") letGoOfHeld(consumer, input.cause.text, carries);
  const run: RunState = {
    key,
    partition: input.partition,
    startedAt: now,
    heardAt: now,
    temporalRunId: input.temporalRunId,
    ...(input.claimed === true ? { claimed: true } : {}),
    cause: input.cause,
    hops: 0,
    plan: consumer.plan.hash,
    events: [],
    ...(carries === 0 ? {} : { carries }),
  };
  noteAwaits(registry, consumer, input.run, run);
  consumer.state.running[input.run] = run;
  occupy(consumer, key);
  noteStart(consumer.policy.throttle, consumer.state, now);
  registry.ledger.write("run", {
    run: input.run,
    dag: input.dag,
    status: "running",
    partition: input.partition,
    key,
    plan: run.plan,
    cause: input.cause,
    startedAt: now,
    temporalRunId: input.temporalRunId,
    events: carries,
  });
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Ended = Writable<Omit<Extract<Fact, { kind: "run" }>, "n" | "at" | "kind">>;

/** What a run's end publishes, with the hops that its events had. The run's own end is the last of them. */
export interface EndEvents {
  readonly outlets: readonly EventInput[];
  readonly source: string;
  readonly hops: number;
  readonly run: string;
}

/**
 * Frees the slot of a run that ended, once for each (run, Temporal run), and says what is to be published. Undefined for a repeat, and
 * for a run that only a signal told of and Temporal does not have.
 */
export function runEnded(registry: Registry, input: RunEnded, now: number): EndEvents | undefined {
  if (registry.ends.meet(input.run, input.temporalRunId, 0, now) !== undefined) return undefined;
  if (!isOwn(registry.state, input.dag)) return endElsewhere(registry, input, now);
  const consumer = registry.consumers.get(input.dag);
  const run = consumer === undefined ? undefined : runOf(consumer, input.run);
  const partition = run?.partition ?? input.partition ?? null;
  if (consumer !== undefined && run !== undefined) {
    delete consumer.state.running[input.run];
    registry.awaits.drop(input.run);
    vacate(consumer, run.key);
    registry.touched.add(consumer);
    settleEnd(registry, consumer, input, run, now);
  }
  const startedAt = run?.startedAt ?? now;
  const fact: Ended = {
    run: input.run,
    dag: input.dag,
    status: input.status,
    partition,
    key: run?.key ?? partition ?? "",
    plan: run?.plan ?? null,
    cause: run?.cause ?? { kind: "person", text: "" },
    startedAt,
    temporalRunId: input.temporalRunId,
    endedAt: now,
    events: (run?.events.length ?? 0) + (run?.carries ?? 0),
  };
  if (input.error !== undefined) fact.error = input.error;
  registry.ledger.write("run", fact);
  // Its end is news to nobody: there may never have been such a run.
  if (run?.claimed === true && input.missing === true) return undefined;
  return published(registry, input, consumer?.ends ?? endsOf(input.dag), { partition, hops: run?.hops ?? 0, duration: now - startedAt });
}

/** The run belongs to another shard, which frees its slot; what it publishes is accepted here. */
function endElsewhere(registry: Registry, input: RunEnded, now: number): EndEvents | undefined {
  registry.routes?.give(input.dag, { kind: "runEnded", ...input, outlets: [] });
  const { began = { at: now, hops: 0 }, partition = null } = input;
  if (began.claimed === true && input.missing === true) return undefined;
  return published(registry, input, endsOf(input.dag), { partition, hops: began.hops, duration: now - began.at });
}

interface EndedRun {
  readonly partition: string | null;
  readonly hops: number;
  readonly duration: number;
}

function published(registry: Registry, input: RunEnded, asset: string, { partition, hops, duration }: EndedRun): EndEvents {
  const listened = registry.subscriptions.of(asset, undefined).length > 0 || registry.routes?.hears(asset) === true;
  const outlets = listened && isRouter(registry.state) ? [...input.outlets, endOf(input, asset, partition, duration)] : input.outlets;
  return { outlets, source: `run:${input.dag}`, hops: hops + 1, run: input.run };
}

function endOf(input: RunEnded, asset: string, partition: string | null, duration: number): EventInput {
  return { asset, id: `${input.run}/${input.temporalRunId}/end`, partition, data: { status: input.status, run: input.run, duration } };
}

function settleEnd(registry: Registry, consumer: Consumer, input: RunEnded, run: RunState, now: number): void {
  if (run.backfill !== undefined) endWorkRun(registry, input.run, run, input.status, input.error);
  if (input.status === "succeeded") delete consumer.state.failures;
  settleFailed(registry, consumer, input.run, run, input.status, now);
  const { whenFailed } = consumer.policy;
  if (input.status !== "failed") return;
  consumer.state.failures = (consumer.state.failures ?? 0) + 1;
  if (whenFailed.kind === "pause" && consumer.state.failures >= whenFailed.times) {
    pauseConsumer(registry, consumer, now, `${consumer.state.failures} failed run${consumer.state.failures === 1 ? "" : "s"} in a row`);
  }
}
