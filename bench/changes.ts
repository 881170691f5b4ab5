import { setTimeout as pause } from "node:timers/promises";
import { createApp } from "../api/app.ts";
import { createChangeFeed } from "../api/changes/feed.ts";
import { SIGNALS } from "../core/registry-protocol.ts";
import { createIngress } from "../watchers/ingress.ts";
import { createMemoryOutbox } from "../watchers/outbox-memory.ts";
import type { Sides } from "./sides.ts";
import { type Figure, percentile } from "./statistics.ts";

/** How far behind a reader of `/v1/changes` may be, in milliseconds. */
const ASKED = 300;
const WARM_UP = 5;

/**
 * From the accepted signal of an event until a reader of `/v1/changes` is told of it, beside the instant from which on the store has it: no stream over the store
 * can be sooner. Events come at any time, so that some meet facts of the one before on their way.
 */
export async function measureChanges(sides: Sides, samples: number): Promise<readonly Figure[]> {
  const { store } = sides;
  const away = async (): Promise<never> => {
    throw new Error("nobody asks for it");
  };
  const changes = createChangeFeed({ store, log: { warn: () => undefined } });
  const app = createApp({
    ...{ store, changes, client: { registry: away, runs: away, watchers: away } },
    ingress: createIngress({ outbox: createMemoryOutbox(), sender: { send: async () => undefined } }),
    ...{ check: async () => undefined, watcher: () => undefined, connection: () => "", ready: async () => undefined, tokens: [] },
    log: { warn: () => undefined },
  });
  const heard = new Map<string, number>();
  void listen(await app.request("/v1/changes?topics=events", { headers: { host: "localhost" } }), heard);
  const registry = sides.client.workflow.getHandle(sides.names.registry);
  const [told, stored]: [number[], number[]] = [[], []];
  for (let n = 0; n < WARM_UP + samples; n += 1) {
    const id = `change-${n}`;
    await registry.signal(SIGNALS.assetUpdated, { asset: "bench://changes/in", source: "bench", id });
    const accepted = performance.now();
    const [seen, hint] = await Promise.all([
      when(async () => (await store.findEvents({ id })).length > 0),
      when(() => heard.has(id)).then(() => heard.get(id) ?? 0),
    ]);
    if (n >= WARM_UP) {
      told.push(hint - accepted);
      stored.push(seen - accepted);
    }
    // From 0 to 400 ms, each as often.
    await pause((n * 137) % 400);
  }
  changes.close();
  const figure = (name: string, part: number): Figure => {
    const ours = percentile(told, part);
    return { name, unit: "ms", ours, bare: percentile(stored, part), value: ours, target: { kind: "at most", value: ASKED } };
  };
  return [figure("changes, from an accepted event to its hint p50", 0.5), figure("changes, from an accepted event to its hint p95", 0.95)];
}

async function when(isIt: () => boolean | Promise<boolean>): Promise<number> {
  while (!(await isIt())) await pause(3);
  return performance.now();
}

/** Notes when each id is told. */
async function listen(response: Response, heard: Map<string, number>): Promise<void> {
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? [])
    for (const [id] of text.matchAll(/change-\d+/g)) if (!heard.has(id)) heard.set(id, performance.now());
}
