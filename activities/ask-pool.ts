import { ApplicationFailure } from "@temporalio/activity";
import type { Client } from "@temporalio/client";
import type { Names } from "../core/names.ts";
import { POOL_SIGNALS, type PoolAsk } from "../core/pool-protocol.ts";
import type { RunActivities } from "../workflows/ports.ts";

export interface AskPoolOptions {
  readonly client: Client;
  readonly names: Pick<Names, "pool" | "systemQueue">;
  /** How many places each pool has. */
  readonly pools: Readonly<Record<string, number>>;
}

/** Asks a pool for places; the first who asks starts it. */
export function createAskPool({ client, names, pools }: AskPoolOptions): RunActivities["askPool"] {
  return async function askPool({ pool, ...asked }) {
    const ask: PoolAsk = { ...asked, places: placesOf(pools, pool) };
    await client.workflow.signalWithStart("taskPool", {
      workflowId: names.pool(pool),
      taskQueue: names.systemQueue,
      signal: POOL_SIGNALS.ask,
      signalArgs: [ask],
      staticSummary: `whose turn it is in pool ${pool}`,
    });
  };
}

/** How many places a pool has. Throws `E_POOL`. */
export function placesOf(pools: Readonly<Record<string, number>>, pool: string): number {
  const places = Object.hasOwn(pools, pool) ? (pools[pool] as number) : 0;
  if (places > 0) return places;
  const known = Object.keys(pools);
  throw ApplicationFailure.nonRetryable(
    `the workers know no pool "${pool}"${known.length === 0 ? "" : `, only ${known.join(", ")}`}: add it to pools in headgate.config.ts, and start them again`,
    "E_POOL",
  );
}
