import { setTimeout as pause } from "node:timers/promises";
import type { Catalog } from "../core/catalog.ts";
import type { ConditionNode } from "../core/condition.ts";
import { contentHash } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import { SIGNALS } from "../core/registry-protocol.ts";
import { deployCatalog } from "../runtime/deploy.ts";
import { failedTasks } from "./failed-tasks.ts";
import { plainDag } from "./plain-dag.ts";
import type { Sides } from "./sides.ts";
import { atLeast, atMost, type Figure } from "./statistics.ts";

const CONSUMERS = 1_000;
const BATCH = 200;
const BATCHES = 100;
/** Senders that signal at once. */
const SENDERS = 4;

/**
 * Events by second into a live registry with 1,000 more consumers, none of which ever starts: from the first signal until the
 * registry has looked at the last event. First all are gathered, then a `where` rejects 99 of 100.
 */
export async function measureIngest(sides: Sides): Promise<readonly Figure[]> {
  const before = await lives(sides);
  const gathered = await ingest(sides, "gather", (asset) => ({ all: [{ asset }, { asset: `${asset}/never` }] }));
  const filtered = await ingest(sides, "filter", (asset) => ({ all: [{ asset, where: { rows: { gt: 98 } } }, { asset: `${asset}/never` }] }));
  const newLives = [...(await lives(sides))].filter((runId) => !before.has(runId));
  const failed = await Promise.all(newLives.map((runId) => failedTasks(sides.client.workflow.getHandle(sides.names.registry, runId))));
  return [
    atLeast("ingest, 1,000 consumers gather", "events/s", gathered.perSecond, 5_000),
    atLeast("ingest, 1,000 consumers reject 99 %", "events/s", filtered.perSecond, 5_000),
    atMost("ingest, longest wait of a sender", "ms", Math.max(gathered.longest, filtered.longest), 3_000),
    atMost("ingest, events that the registry did not count", "events", gathered.missing + filtered.missing, 0),
    atMost(
      "ingest, failed workflow tasks of the registry",
      "tasks",
      failed.reduce((sum, one) => sum + one, 0),
      0,
    ),
  ];
}

async function ingest(sides: Sides, load: string, on: (asset: string) => ConditionNode): Promise<{ perSecond: number; longest: number; missing: number }> {
  await deployCatalog(sides.client, sides.names, catalogOf(`ingest-${load}`, on), { previous: null });
  const registry = sides.client.workflow.getHandle(sides.names.registry);
  const accepted = async (): Promise<number> => (await sides.registry.state()).events.accepted;
  const before = await accepted();
  const batches = Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH }, (_, index) => {
      const n = batch * BATCH + index;
      return { asset: assetOf(`ingest-${load}`, n % CONSUMERS), source: "bench", id: `${load}-${n}`, data: { rows: Math.floor(n / CONSUMERS) % 100 } };
    }),
  );
  let longest = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (let events = batches.shift(); events !== undefined; events = batches.shift()) {
        const sent = performance.now();
        await registry.signal(SIGNALS.assetUpdated, events);
        longest = Math.max(longest, performance.now() - sent);
      }
    }),
  );
  const wanted = before + BATCH * BATCHES;
  for (const end = Date.now() + 60_000; (await accepted()) < wanted && Date.now() < end; ) await pause(100);
  const seconds = (performance.now() - start) / 1_000;
  const missing = wanted - (await accepted());
  // An empty project: what is pending is let go.
  await deployCatalog(sides.client, sides.names, catalogOf(`ingest-${load}`, on, 0), { previous: null });
  return { perSecond: (BATCH * BATCHES) / seconds, longest, missing };
}

function assetOf(project: string, n: number): string {
  return `bench://${project}/${n}`;
}

function catalogOf(project: string, on: (asset: string) => ConditionNode, consumers = CONSUMERS): Catalog {
  const dags = Array.from({ length: consumers }, (_, n) => plainDag(`${project}-${n}`, on(assetOf(project, n))));
  const assets = Array.from({ length: consumers }, (_, n) => ({ uri: assetOf(project, n), schema: false, tags: [], meta: {} }));
  const rest = { project, taskQueue: project, assets, dags, watchers: [] };
  return { ...rest, hash: contentHash(rest as unknown as Json) };
}

async function lives(sides: Sides): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { runId } of sides.client.workflow.list({ query: `WorkflowId = '${sides.names.registry}'` })) found.add(runId);
  return found;
}
