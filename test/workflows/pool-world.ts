import { randomUUID } from "node:crypto";
import { createAskPool } from "../../activities/ask-pool.ts";
import { createLookAtPlaces } from "../../activities/look-at-places.ts";
import { type Names, namesFor } from "../../core/names.ts";
import type { RunActivities } from "../../workflows/ports.ts";
import type { Server } from "./run-scene.ts";
import { withWorker } from "./run-world.ts";

export interface PoolWorld {
  readonly names: Names;
  /** For the workers of runs. */
  readonly askPool: RunActivities["askPool"];
}

/** An environment of its own, with the worker on which its pools run. */
export async function withPools(
  { client, connection, namespace, workflowBundle }: Server,
  pools: Readonly<Record<string, number>>,
  body: (world: PoolWorld) => Promise<void>,
): Promise<void> {
  const names = namesFor(randomUUID());
  const worker = { connection, namespace, workflowBundle, taskQueue: names.systemQueue, activities: { lookAtPlaces: createLookAtPlaces({ client }) } };
  await withWorker(worker, () => body({ names, askPool: createAskPool({ client, names, pools }) }));
}
