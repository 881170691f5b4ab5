import { setTimeout as pause } from "node:timers/promises";
import type { Catalog } from "../core/catalog.ts";
import type { ConditionNode } from "../core/condition.ts";
import { contentHash } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { Plan } from "../core/plan.ts";
import { SIGNALS } from "../core/registry-protocol.ts";
import { deployCatalog } from "../runtime/deploy.ts";
import type { Sides } from "./sides.ts";
import type { Figure } from "./statistics.ts";

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
  const failed = await failedTasks(sides, before);
  const rate = (name: string, value: number): Figure => ({ name, unit: "events/s", ours: value, value, target: { kind: "at least", value: 5_000 } });
  const most = (name: string, unit: string, ours: number, value: number): Figure => ({ name, unit, ours, value: ours, target: { kind: "at most", value } });
  return [
    rate("ingest, 1,000 consumers gather", gathered.perSecond),
    rate("ingest, 1,000 consumers reject 99 %", filtered.perSecond),
    most("ingest, longest wait of a sender", "ms", Math.max(gathered.longest, filtered.longest), 3_000),
    most("ingest, events that the registry did not count", "events", gathered.missing + filtered.missing, 0),
    most("ingest, failed workflow tasks of the registry", "tasks", failed, 0),
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
  const dags = Array.from({ length: consumers }, (_, n) => {
    const plan: Plan = {
      version: 1,
      dag: `${project}-${n}`,
      tags: [],
      meta: {},
      on: on(assetOf(project, n)),
      policy: {},
      tasks: [],
      outlets: [],
      params: null,
    };
    return { hash: contentHash(plan as unknown as Json), plan };
  });
  const assets = Array.from({ length: consumers }, (_, n) => ({ uri: assetOf(project, n), schema: false, tags: [], meta: {} }));
  const rest = { project, taskQueue: project, assets, dags, watchers: [] };
  return { ...rest, hash: contentHash(rest as unknown as Json) };
}

async function lives(sides: Sides): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { runId } of sides.client.workflow.list({ query: `WorkflowId = '${sides.names.registry}'` })) found.add(runId);
  return found;
}

/** A continue-as-new that a signal overtakes fails its task, and is tried again: that one is no fault. */
async function failedTasks(sides: Sides, before: ReadonlySet<string>): Promise<number> {
  let failed = 0;
  for (const runId of await lives(sides)) {
    if (before.has(runId)) continue;
    const { events = [] } = await sides.client.workflow.getHandle(sides.names.registry, runId).fetchHistory();
    for (const { workflowTaskFailedEventAttributes: fault } of events ?? []) if (fault && fault.cause !== UNHANDLED_COMMAND) failed += 1;
  }
  return failed;
}

/** WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND. https://api-docs.temporal.io */
const UNHANDLED_COMMAND = 1;
