import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, WorkflowIdReusePolicy } from "@temporalio/client";
import { type RegistryStatus, registryClient } from "../../client/registry.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Names } from "../../core/names.ts";
import { carriedStateOf, openRegistry } from "../../registry/index.ts";
import { rebuild } from "../../registry/rebuild.ts";
import type { Store } from "../../store/index.ts";
import { DEFAULT_SETTINGS, type RegistryCarry } from "../../workflows/registry-carry.ts";
import { type Gathered, gatherRemains } from "./gather-remains.ts";
import { recalledBy, resetToLastTask } from "./reset-registry.ts";
import { refuseOrphans, restoreShards } from "./restore-shards.ts";
import { startWith } from "./start-registry.ts";
import { statusOf } from "./status.ts";

/** What a restore did. */
export type RestoreReport =
  /** It runs: there was nothing to do, except for the shards that are named. */
  | { readonly how: "none"; readonly answers: boolean; readonly shards?: readonly string[] }
  /** It was closed by an export, and goes on with what it had. */
  | { readonly how: "reopened"; readonly answers: boolean }
  /** It was closed otherwise, and was reset to its last workflow task. */
  | {
      readonly how: "reset";
      readonly answers: boolean;
      /** What it had decided after that task, and took over; null if no worker has asked for it yet. */
      readonly recalled: { readonly starts: number; readonly events: number } | null;
    }
  /** Its history is gone, and it was built again from the store and from the runs that Temporal has. */
  | { readonly how: "rebuilt"; readonly answers: boolean; readonly epoch: string; readonly found: Found; readonly unknown: readonly string[] };

/** What was found of a registry whose history is gone. */
export interface Found {
  readonly projects: number;
  readonly dags: number;
  /** Events that are pending for some DAG. */
  readonly pending: number;
  /** Events that only the input of a run had. */
  readonly unrecorded: number;
  readonly running: number;
  readonly paused: number;
  readonly held: boolean;
  /** Ids by which a repeat is known. */
  readonly repeats: number;
  readonly watchers: number;
  /** Events of watchers that were sent and not recorded: they are taken now. */
  readonly sentAgain: number;
}

export interface RestoreOptions {
  readonly client: Client;
  readonly names: Names;
  /** Opened only if the history is gone. */
  readonly store: () => Promise<Store>;
  readonly by?: string;
  readonly why?: string;
  /** How long it may take until the registry answers, in milliseconds. @default 60,000 */
  readonly patience?: number;
}

/**
 * Puts a registry back that was closed or deleted, and waits until it answers. One that runs is left alone. Throws
 * `E_REGISTRY_UNREACHABLE` if there never was one, and `E_STORE` if only the store could tell and does not answer.
 */
export async function restoreRegistry(options: RestoreOptions): Promise<RestoreReport> {
  const { client, names, patience = 60_000 } = options;
  const handle = client.workflow.getHandle(names.registry);
  const end = performance.now() + patience;
  const registry = registryClient(client, names);
  const comeBack = async (): Promise<boolean> => {
    await restoreShards(client, names, end);
    if (!(await answersBy(() => registry.state(), end))) return false;
    await registry.noteReturn("restore", { ...asked(options), request: randomUUID() });
    return true;
  };
  const status = await statusOf(client, names.registry);
  switch (status) {
    case null:
      await refuseOrphans(client, names);
      return await rebuildRegistry(options, () => answersBy(() => registry.state(), end));
    case "RUNNING": {
      const shards = await restoreShards(client, names, end);
      return { how: "none", answers: await answersBy(() => registry.state(), end), ...(shards.length === 0 ? {} : { shards }) };
    }
    case "COMPLETED":
      await startWith(client, names, (await handle.result()) as RegistryCarry, WorkflowIdReusePolicy.ALLOW_DUPLICATE);
      return { how: "reopened", answers: await comeBack() };
    default: {
      const runId = await resetToLastTask(client, names.registry);
      const answers = await comeBack();
      return { how: "reset", answers, recalled: answers ? await recalledBy(client, names.registry, runId, end) : null };
    }
  }
}

async function rebuildRegistry({ client, names, store, ...who }: RestoreOptions, answers: () => Promise<boolean>): Promise<RestoreReport> {
  const opened = await store();
  const epoch = randomBytes(4).toString("hex");
  const gathered = await gatherRemains(client, opened, names, { epoch, now: Date.now() });
  if (gathered === undefined) {
    throw new HeadgateError("E_REGISTRY_UNREACHABLE", `there is no registry "${names.registry}", and the store has never heard of one`, {
      hint: "a worker starts a new one: `headgate worker`, or `headgate dev`",
    });
  }
  const { batches, remains, stored } = gathered;
  const { facts, state } = rebuild(remains);
  const carry: RegistryCarry = {
    version: 1,
    // The store has the catalogues: a worker loads them from there.
    state: carriedStateOf(openRegistry(state), () => true),
    inbox: [...batches.map((batch) => ({ kind: "batch", ...batch }) as const), { kind: "restore", ...asked(who), request: randomUUID() }],
    ...{ checking: [], dispatching: [], facts, settings: DEFAULT_SETTINGS },
  };
  await opened.closeFacts(names.registry, remains.counters.fact);
  await startWith(client, names, carry, WorkflowIdReusePolicy.REJECT_DUPLICATE);
  return {
    how: "rebuilt",
    epoch,
    answers: await answers(),
    found: {
      projects: remains.deploys.length,
      dags: Object.keys(state.consumers).length,
      pending: state.events.length,
      unrecorded: remains.candidates.filter(({ unrecorded }) => unrecorded === true).length,
      running: remains.running.length,
      paused: remains.paused.length,
      held: remains.hold !== null,
      repeats: remains.recent.length,
      watchers: stored.watchers.length,
      sentAgain: batches.reduce((sum, { events }) => sum + events.length, 0),
    },
    unknown: unknownOf(gathered),
  };
}

/** What nobody remembers, in sentences. */
function unknownOf({ stored }: Gathered): readonly string[] {
  const lastAt = new Date(stored.lastAt).toISOString();
  return [
    `events that were accepted after ${lastAt}, that no run had taken and that no watcher's outbox holds: their senders must publish them again`,
    "where silences (absent), throttles, once keys, debounces and counts of failures stood: they begin anew",
    "ticks of clocks since then: each clock goes on with its next one",
    "values that `changed` compares with, and slices that were seen and consumed before: a correction of a rolled-up slice waits for the others again",
    "backfills and repairs that were under way: those of their runs that had begun go on, the rest has to be asked for again",
    "what a run that is running gives back if it fails: its events stay with it",
    ...(stored.forgotten === 0 ? [] : [`${stored.forgotten} pending events whose records are older than the store keeps them`]),
  ];
}

/** Waits until the registry answers, and has its catalogues, so that it decides again. */
async function answersBy(ask: () => Promise<RegistryStatus>, end: number): Promise<boolean> {
  do {
    try {
      if ((await ask()).waitsForCatalogs.length === 0) return true;
      await sleep(200);
    } catch (error) {
      if (!HeadgateError.is(error)) throw error;
      await sleep(500);
    }
  } while (performance.now() < end);
  return false;
}

function asked({ by, why }: Pick<RestoreOptions, "by" | "why">): { by?: string; why?: string } {
  return { ...(by === undefined ? {} : { by }), ...(why === undefined ? {} : { why }) };
}
