import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Store } from "../../store/index.ts";
import type { LineageEntry } from "../../store/lineage-outbox.ts";
import { catalogEvents } from "./catalog-events.ts";
import { endEvent, startEvent, type ToldRun } from "./run-events.ts";
import { taskEvents } from "./task-events.ts";
import type { LineageTransport } from "./transport.ts";

export type LineageStore = Pick<Store, "assetDefinitions" | "catalogBefore" | "catalogByHash" | "lineageOutbox" | "planByHash" | "showRun">;

export interface LineageSenderOptions {
  readonly store: LineageStore;
  readonly transport: LineageTransport;
  readonly project: string;
  /** Of the jobs. */
  readonly namespace: string;
  readonly log: { info(message: string, fields?: object): void; warn(message: string, fields?: object): void };
  /** Milliseconds between two looks when nothing waits. @default 1,000 */
  readonly every?: number;
  /** Longest wait between two tries while the target takes nothing, in milliseconds. @default 60,000 */
  readonly longest?: number;
}

const AT_ONCE = 100;
/** A process that died holds the outbox for so long. */
const HELD = 60_000;

/**
 * Tells an OpenLineage server of what waits in the outbox of a project, in the order of the facts and of each run its start before its end, until
 * it is stopped. Each event is sent at least once, and the same run has the same id; what cannot be sent is tried again for as long as it takes.
 */
export function startLineageSender(options: LineageSenderOptions): { stop(): Promise<void> } {
  const { store, transport, project, namespace, log, every = 1_000, longest = 60_000 } = options;
  const holder = randomUUID();
  const stopping = new AbortController();
  const { signal } = stopping;

  async function tell(entry: LineageEntry): Promise<void> {
    if (entry.kind === "catalog") {
      for (const event of await eventsOfCatalog(entry.id)) await transport.send(event);
      return await store.lineageOutbox.told(project, entry, 2);
    }
    const told = await readRun(store, entry);
    // Its day was dropped, or its id was used again: there is nothing left to tell.
    if (told === undefined) return await store.lineageOutbox.told(project, entry, 2);
    if (entry.told === 0) {
      await transport.send(startEvent(told, namespace));
      await store.lineageOutbox.told(project, entry, 1);
    }
    const end = entry.ended ? endEvent(told, namespace) : undefined;
    if (end === undefined) return;
    for (const event of taskEvents(told, namespace)) await transport.send(event);
    await transport.send(end);
    await store.lineageOutbox.told(project, entry, 2);
  }

  async function eventsOfCatalog(hash: string): Promise<readonly JsonObject[]> {
    const [catalog, deployed] = await Promise.all([store.catalogByHash(hash), store.catalogBefore(hash)]);
    if (catalog === undefined || deployed === undefined) return [];
    const before = deployed.before === null || deployed.before === hash ? undefined : await store.catalogByHash(deployed.before);
    return catalogEvents(catalog, before, deployed.at, namespace);
  }

  /** True if there may be more. */
  async function round(): Promise<boolean> {
    if (!(await store.lineageOutbox.hold(project, holder, HELD))) return false;
    const due = await store.lineageOutbox.due(project, AT_ONCE);
    for (const entry of due) {
      if (signal.aborted) return false;
      try {
        await tell(entry);
      } catch (error) {
        if (!HeadgateError.is(error) || error.code !== "E_LINEAGE_REFUSED") throw error;
        log.warn(error.message, { code: error.code, [entry.kind]: entry.id });
        await store.lineageOutbox.told(project, entry, 2, error.message);
      }
      await store.lineageOutbox.hold(project, holder, HELD);
    }
    return due.length === AT_ONCE;
  }

  async function run(): Promise<void> {
    let failures = 0;
    let isOpen = false;
    while (!signal.aborted) {
      let wait = every;
      try {
        if (!isOpen) await store.lineageOutbox.open(project);
        isOpen = true;
        if (await round()) wait = 0;
        if (failures > 0) log.info(`${transport.target} takes lineage again`);
        failures = 0;
      } catch (error) {
        if (failures === 0) log.warn(`lineage waits: ${messageOf(error)}`, { code: HeadgateError.is(error) ? error.code : undefined });
        failures += 1;
        wait = Math.min(longest, every * 2 ** Math.min(failures, 10));
      }
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
    await store.lineageOutbox.release(project, holder).catch(() => undefined);
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function readRun(store: LineageStore, { id, day }: LineageEntry): Promise<ToldRun | undefined> {
  const run = await store.showRun(id);
  if (run === undefined || new Date(run.startedAt).toISOString().slice(0, 10) !== day) return undefined;
  const parent = run.cause.kind === "run" ? /^task ".+?" of (.+)$/.exec(run.cause.text)?.[1] : undefined;
  const [plan, assets, above] = await Promise.all([
    run.plan === null ? undefined : store.planByHash(run.plan),
    store.assetDefinitions([...new Set([...run.consumed, ...run.published].map(({ asset }) => asset))]),
    parent === undefined ? undefined : store.showRun(parent),
  ]);
  return {
    run,
    plan: plan?.plan,
    assets,
    ...(above === undefined ? {} : { parent: { run: above.run, dag: above.dag, startedAt: above.startedAt } }),
  };
}
