import type { Filter } from "../core/condition.ts";
import { compileFilter } from "../core/conditions/filter.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import type { EventAnswer } from "../core/run-protocol.ts";
import type { Ledger } from "./ledger.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { RunState } from "./state.ts";

/** An event that a task of a run waits for. It stands with the run that waits, and goes with it. */
export interface Awaited {
  readonly task: string;
  readonly asset: string;
  /** A key; absent if any slice will do. */
  readonly partition?: string;
  readonly where?: Filter;
}

/**
 * Who waits for which event: `d.waitForAsset`. A run waits from its start on, whenever its task begins, so that nothing is missed between. It takes
 * nothing: an event that it was told of has the same fates as without it.
 */
export interface Awaits {
  /** Notes what a run waits for. */
  add(run: string, state: RunState): void;
  drop(run: string): void;
  /** Finds the tasks that an accepted event is for; each is told once. */
  meet(event: AssetEvent): void;
  /** What is to be told since the last time. */
  take(): readonly EventAnswer[];
}

interface Waiting {
  readonly run: string;
  readonly state: RunState;
  readonly awaited: Awaited;
  readonly holds: (event: AssetEvent) => boolean;
}

/** What a run with this plan waits for. */
function awaitedBy({ tasks }: Plan, partition: string | null): Awaited[] {
  return tasks.flatMap(({ id, wait }) => {
    if (wait?.for !== "event") return [];
    const key = wait.partition === "same" ? partition : wait.partition === "any" ? null : wait.partition;
    return [{ task: id, asset: wait.asset, ...(key === null ? {} : { partition: key }), ...(wait.where === undefined ? {} : { where: wait.where }) }];
  });
}

/** Notes what a run that begins waits for. */
export function noteAwaits(registry: Pick<Registry, "awaits">, consumer: Pick<Consumer, "plan">, run: string, state: RunState): void {
  const awaited = awaitedBy(consumer.plan.plan, state.partition);
  if (awaited.length === 0) return;
  state.awaits = awaited;
  registry.awaits.add(run, state);
}

/** What a run publishes itself is not what it waits for. Its events have its id at the front of theirs. */
function isOf({ id, source }: AssetEvent, run: string): boolean {
  return source.startsWith("run:") && id.startsWith(`${run}/`);
}

export function createAwaits(ledger: Pick<Ledger, "warn">): Awaits {
  const byAsset = new Map<string, Set<Waiting>>();
  const byRun = new Map<string, Waiting[]>();
  let answers: EventAnswer[] = [];

  function forget(one: Waiting): void {
    const others = byAsset.get(one.awaited.asset);
    others?.delete(one);
    if (others?.size === 0) byAsset.delete(one.awaited.asset);
  }

  function holdsOf({ where }: Awaited, run: string): Waiting["holds"] {
    try {
      return where === undefined ? () => true : compileFilter(where);
    } catch (error) {
      ledger.warn("E_CONDITION", `what run ${run} waits for is malformed, so nothing is it: ${String(error)}`);
      return () => false;
    }
  }

  return {
    add: (run, state) => {
      for (const awaited of state.awaits ?? []) {
        const one: Waiting = { run, state, awaited, holds: holdsOf(awaited, run) };
        byRun.set(run, [...(byRun.get(run) ?? []), one]);
        const others = byAsset.get(awaited.asset) ?? new Set();
        byAsset.set(awaited.asset, others.add(one));
      }
    },
    drop: (run) => {
      for (const one of byRun.get(run) ?? []) forget(one);
      byRun.delete(run);
    },
    meet: (event) => {
      if (byAsset.size === 0) return;
      for (const one of byAsset.get(event.asset) ?? []) {
        const { awaited, holds, run, state } = one;
        if (isOf(event, run) || (awaited.partition !== undefined && awaited.partition !== event.partition) || !holds(event)) continue;
        answers.push({ run, task: awaited.task, event });
        forget(one);
        const left = (state.awaits ?? []).filter((other) => other !== awaited);
        if (left.length > 0) state.awaits = left;
        else delete state.awaits;
        byRun.set(
          run,
          (byRun.get(run) ?? []).filter((other) => other !== one),
        );
      }
    },
    take: () => {
      const taken = answers;
      answers = [];
      return taken;
    },
  };
}
