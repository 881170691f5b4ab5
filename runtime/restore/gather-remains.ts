import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import type { Catalog } from "../../core/catalog.ts";
import { takenLeaves } from "../../core/conditions/condition-leaves.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { Fact } from "../../core/fact.ts";
import type { Names } from "../../core/names.ts";
import type { WatcherBatch } from "../../core/registry-protocol.ts";
import type { UnstartedRun } from "../../core/run.ts";
import type { Candidate, Remains, RunningRun, Settled } from "../../registry/rebuild.ts";
import type { Store } from "../../store/index.ts";
import type { RemainingFate, StoredRemains } from "../../store/queries/remains.ts";
import { type FoundRun, findRuns, inputOf } from "./found-runs.ts";
import { statusOf } from "./status.ts";

/** What an activity of the former life may still write comes within this time. */
const QUIET_MS = 2_000;
/** How long before the uncertain time a run may have begun that took events of it. */
const STARTED_BEFORE_MS = 10 * 60_000;
/** Numbers that are left out, so that what the former life gave and nobody recorded is never given again. */
const GAP = 1_000_000;

export interface Gathered {
  readonly remains: Remains;
  /** Batches of watchers that the former life may have accepted and not recorded: what is missing of them is taken now. */
  readonly batches: readonly WatcherBatch[];
  readonly stored: StoredRemains;
  readonly runs: readonly FoundRun[];
}

/** Collects all that the store and Temporal know of a registry whose history is gone. Undefined if the store has never heard of it. */
export async function gatherRemains(
  client: Client,
  store: Store,
  names: Names,
  about: { readonly epoch: string; readonly now: number },
): Promise<Gathered | undefined> {
  const { registry } = names;
  if (!(await store.listProjections()).some((one) => one.registry === registry)) return undefined;
  await bringInFacts(client, store, registry);
  const stored = await store.remainsOf(registry);
  if (stored === undefined) return undefined;
  const deploys = await deploysOf(store, registry);
  const queues = [...new Set(deploys.map(({ catalog }) => catalog.taskQueue))];
  const runs = await findRuns(client, queues, stored.sureUntil - STARTED_BEFORE_MS);
  const lost = await lostRuns(client, stored, runs);
  const freed = await store.eventsOfRuns(
    registry,
    lost.unstarted.map(({ run }) => run),
  );
  const known = await store.consumedBy(
    registry,
    runs.map(({ run }) => run),
  );
  const events = new Map([...stored.events, ...freed.map(({ event }) => event)].map((event) => [event.seq, event]));
  const taken = runs.flatMap(({ input }) => input.events ?? []);
  const sent = stored.watchers.flatMap(({ batches }) => batches.flatMap((batch) => batch.events));
  const accepted = await store.acceptedNames(
    registry,
    [...taken, ...sent].flatMap(({ id }) => id ?? []),
  );
  const met = new Set([...accepted, ...taken.map(nameOf)]);
  const highest = Math.max(stored.counters.event, ...taken.map(({ seq }) => seq));
  const keeps = deploys.flatMap(({ catalog }) => catalog.dags.flatMap(({ plan }) => (plan.on === null ? [] : takenLeaves(plan.on))));
  const kept = [...new Set(keeps.flatMap((leaf) => ("asset" in leaf && leaf.keep === true ? [leaf.asset] : [])))];
  return {
    stored,
    runs,
    batches: stored.watchers.flatMap(({ batches }) => batches.map((batch) => ({ ...batch, events: batch.events.filter((event) => !met.has(nameOf(event))) }))),
    remains: {
      ...about,
      counters: { event: highest + GAP, fact: stored.counters.fact + GAP },
      deploys,
      hold: stored.hold,
      paused: stored.paused,
      candidates: candidatesOf({ stored, runs, known, events, accepted, freed }),
      newest: kept.length === 0 ? [] : await store.newestEvents(registry, kept),
      running: [...runs.flatMap((run) => (run.isRunning ? [runningRun(run, about.now)] : [])), ...lost.ended],
      unstarted: lost.unstarted,
      recent: recentOf(stored, runs),
      ends: stored.ends,
      marks: Object.fromEntries(stored.watchers.map(({ watcher, generation, seq }) => [watcher, { generation, seq }])),
    },
  };
}

/** Facts that projectors of the former life hold are written now, and those that activities hold have the time to be. */
async function bringInFacts(client: Client, store: Store, registry: string): Promise<void> {
  for await (const { workflowId } of client.workflow.list({ query: `WorkflowType = "factProjector" AND ExecutionStatus = "Running"` })) {
    if (!workflowId.startsWith(`${registry}/facts/`)) continue;
    const input = await inputOf<{ readonly facts: readonly Fact[] }>(client, workflowId);
    if (input !== undefined) await store.project(registry, input.facts);
  }
  const covered = async (): Promise<string> => JSON.stringify((await store.listProjections()).find((one) => one.registry === registry)?.covered);
  for (let before = await covered(), tries = 0; tries < 30; tries += 1) {
    await sleep(QUIET_MS);
    const after = await covered();
    if (after === before) return;
    before = after;
  }
  throw new HeadgateError("E_STORE", `facts of the registry "${registry}" are still being written`, { hint: "try again in a minute" });
}

async function deploysOf(store: Store, registry: string): Promise<{ project: string; revision: number; catalog: Catalog }[]> {
  const deploys: { project: string; revision: number; catalog: Catalog }[] = [];
  for (const { project, revision, catalog: hash, registry: of } of await store.listDeploys()) {
    if (of !== registry) continue;
    const catalog = await store.catalogByHash(hash);
    if (catalog === undefined)
      throw new HeadgateError("E_PLAN_GONE", `the store has no catalogue ${hash} of project "${project}"`, { hint: "deploy the project after the restore" });
    deploys.push({ project, revision, catalog });
  }
  return deploys;
}

interface Witnesses {
  readonly stored: StoredRemains;
  readonly runs: readonly FoundRun[];
  /** What the ledger says that runs consumed: `run seq`. */
  readonly known: ReadonlySet<string>;
  readonly events: ReadonlyMap<number, AssetEvent>;
  readonly accepted: ReadonlySet<string>;
  /** What runs that never started had taken. */
  readonly freed: Awaited<ReturnType<Store["eventsOfRuns"]>>;
}

function candidatesOf({ accepted, events, freed, known, runs, stored }: Witnesses): readonly Candidate[] {
  const fates = new Map<number, RemainingFate[]>();
  for (const fate of stored.fates) fates.set(fate.seq, [...(fates.get(fate.seq) ?? []), fate]);
  const claims = new Map<number, Settled[]>();
  const candidates = new Map<number, AssetEvent>(events);
  for (const { dag, input, run } of runs) {
    for (const event of input.events ?? []) {
      if (known.has(`${run} ${event.seq}`)) continue;
      if (!candidates.has(event.seq)) candidates.set(event.seq, event);
      const claim: Settled = { dag, key: input.key ?? "", fate: "consumed", run, recorded: false };
      claims.set(event.seq, [...(claims.get(event.seq) ?? []), claim]);
    }
  }
  return [...candidates.values()]
    .sort((a, b) => a.seq - b.seq)
    .map((event): Candidate => {
      const free = freed.filter(({ event: { seq } }) => seq === event.seq);
      // What only a run consumed that never started is open again.
      const mine = (fates.get(event.seq) ?? []).filter(({ dag, run }) => !free.some((one) => one.dag === dag && one.run === run));
      const isSure = event.at < stored.sureUntil;
      return {
        event,
        for: isSure ? [...new Set([...mine.filter(isOpen), ...free].map(({ dag }) => dag))] : "all",
        settled: [...mine.flatMap(settledOf), ...(claims.get(event.seq) ?? [])],
        ...(events.has(event.seq) || accepted.has(nameOf(event)) ? {} : { unrecorded: true }),
      };
    });
}

function isOpen({ fate }: RemainingFate): boolean {
  return fate === "pending" || fate === "returned";
}

function settledOf({ dag, fate, key, run, why }: RemainingFate): Settled[] {
  if (fate === "pending" || fate === "returned") return [];
  return [{ dag, key, fate, recorded: true, ...(why === null ? {} : { why }), ...(run === null ? {} : { run }) }];
}

/**
 * Runs of which the store knows no end and that are not running: those that ended since, and those that were decided and never
 * started. Of the latter Temporal has never heard, and no task of them began; an older one may have been deleted, or forgotten.
 */
async function lostRuns(
  client: Client,
  stored: StoredRemains,
  runs: readonly FoundRun[],
): Promise<{ readonly ended: readonly RunningRun[]; readonly unstarted: readonly UnstartedRun[] }> {
  const running = new Set(runs.flatMap((run) => (run.isRunning ? [run.run] : [])));
  const ended: RunningRun[] = [];
  const unstarted: UnstartedRun[] = [];
  for (const one of stored.running) {
    if (running.has(one.run)) continue;
    const { attempted, temporalRunId, ...run } = one;
    const isRecent = one.startedAt >= stored.sureUntil - STARTED_BEFORE_MS;
    if (isRecent && !attempted && (await statusOf(client, one.run)) === null) unstarted.push(run);
    else ended.push({ ...run, temporalRunId: temporalRunId ?? "", hops: 0, events: [], heardAt: 0 });
  }
  return { ended, unstarted };
}

function runningRun({ dag, input, run, startedAt, temporalRunId }: FoundRun, heardAt: number): RunningRun {
  const { cause = { kind: "person", text: "" }, events = [], hops = 0, key, partition = null, plan = null } = input;
  return { run, dag, temporalRunId, startedAt, heardAt, cause, hops, partition, plan, key: key ?? partition ?? "", events: events.map(({ seq }) => seq) };
}

/** Ids that must not come again, the oldest first. */
function recentOf({ recent }: StoredRemains, runs: readonly FoundRun[]): readonly AssetEvent[] {
  const known = new Set(recent.map(nameOf));
  const more = runs.flatMap(({ input }) => (input.events ?? []).filter((event) => !event.id.startsWith("#") && !known.has(nameOf(event))));
  return [...recent, ...more].sort((a, b) => a.at - b.at);
}

function nameOf({ id, source }: { readonly id?: string; readonly source?: string }): string {
  return JSON.stringify([source ?? "external", id]);
}
