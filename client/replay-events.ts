import type { AssetEvent } from "../core/event.ts";
import { countThatFit, jsonLength, LIMITS } from "../core/limits.ts";
import type { Asked } from "../registry/index.ts";
import type { Store } from "../store/index.ts";
import type { RegistryClient } from "./registry.ts";

export interface Replay extends Asked {
  /** The registry whose events they are. */
  readonly registry: string;
  /** Identity of the asset. */
  readonly asset: string;
  /** Acceptance, milliseconds since 1970. */
  readonly since: number;
  readonly dag: string;
}

/**
 * Gives all recorded events of an asset to a DAG again, in the order of their acceptance, in as many pieces as it takes. Under one
 * `request` each event is given once, however often the call is repeated.
 */
export async function replayEvents(
  registry: Pick<RegistryClient, "redeliver">,
  store: Pick<Store, "recordedEvents">,
  { asset, dag, registry: name, since, ...asked }: Replay,
): Promise<{ readonly recorded: number; readonly events: number; readonly runs: readonly string[] }> {
  let waiting: AssetEvent[] = [];
  let [recorded, events] = [0, 0];
  const runs: string[] = [];

  async function give(atLeast: number): Promise<void> {
    while (waiting.length >= atLeast && waiting.length > 0) {
      const piece = waiting.slice(0, countThatFit(waiting, jsonLength, LIMITS.activityBytes, LIMITS.signalEvents));
      waiting = waiting.slice(piece.length);
      const done = await registry.redeliver(dag, piece, asked);
      events += done.events;
      runs.push(...done.runs);
    }
  }

  for await (const { registry: of, watcher: _, ...event } of store.recordedEvents({ assets: [asset], since })) {
    if (of !== name) continue;
    recorded += 1;
    waiting.push(event);
    await give(LIMITS.signalEvents);
  }
  await give(1);
  return { recorded, events, runs };
}
