import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationFailure, CancelledFailure, Context } from "@temporalio/activity";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import type { Names } from "../core/names.ts";
import type { PoolRaceActivities } from "../workflows/ports.ts";
import { placesOf } from "./ask-pool.ts";
import { isWorkerShutdown } from "./judge.ts";

export interface FindSlotOptions {
  readonly client: Client;
  readonly names: Pick<Names, "poolSlot">;
  /** How many places each pool has. */
  readonly pools: Readonly<Record<string, number>>;
}

/** Milliseconds between two looks: the first, and the longest. */
const LOOK_AFTER = 300;
const LOOK_AT_LEAST = 5_000;

/** Looks for a free place of a pool until there is one: for runs that began before pools had turns. */
export function createFindSlot({ client, names, pools }: FindSlotOptions): PoolRaceActivities["findSlot"] {
  return async function findSlot({ pool }) {
    const places = placesOf(pools, pool);
    const context = Context.current();
    for (let wait = LOOK_AFTER; ; wait = Math.min(wait * 1.5, LOOK_AT_LEAST)) {
      // Each in its own order, so that not all of them want the same one.
      for (const slot of shuffled(places).map((place) => names.poolSlot(pool, place))) if (await isFree(slot)) return { slot };
      context.heartbeat();
      await sleep(wait * (0.5 + Math.random()), undefined, { signal: context.cancellationSignal }).catch(() => {
        const reason: unknown = context.cancellationSignal.reason;
        // A worker that stops hands the wait to another one.
        if (reason instanceof CancelledFailure && !isWorkerShutdown(reason)) throw reason;
        throw ApplicationFailure.retryable("the worker stopped");
      });
    }
  };

  async function isFree(slot: string): Promise<boolean> {
    try {
      return (await client.workflow.getHandle(slot).describe()).status.name !== "RUNNING";
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return true;
      throw error;
    }
  }
}

function shuffled(places: number): readonly number[] {
  return Array.from({ length: places }, (_, index) => [Math.random(), index + 1] as const)
    .sort(([a], [b]) => a - b)
    .map(([, place]) => place);
}
