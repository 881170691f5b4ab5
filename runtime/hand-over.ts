import { setTimeout as delay } from "node:timers/promises";
import type { RegistryClient } from "../client/registry.ts";
import type { Catalog } from "../core/catalog.ts";
import { type ListenedEvents, listenedEvents } from "../core/conditions/listened-events.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import { jsonLength, LIMITS } from "../core/limits.ts";
import { formatInstant } from "../core/time/time.ts";
import type { Wanted } from "../registry/input.ts";
import type { Store } from "../store/index.ts";

/** What a new DAG got of the events that were recorded before it was there. */
export interface HandedOver {
  readonly dag: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly events: number;
  /** Events of that time that the registry accepted and the store does not have, of whatever asset. */
  readonly missing: number;
}

export interface HandOverOptions {
  readonly registry: Pick<RegistryClient, "handOver">;
  readonly store: () => Promise<Pick<Store, "acceptedEvents" | "missingEvents">>;
  /** The registry's workflow id, under which the store has its events. */
  readonly registryId: string;
  readonly catalog: Catalog;
  /** Longest wait for facts that are on their way to the store, in milliseconds. @default 30,000 */
  readonly patience?: number;
}

/**
 * Reads in the store what a new DAG wants (`startAt: { since }`) and hands it over, page by page. Nothing is doubled: the registry
 * said from which number on the DAG sees events by itself, and takes each page once. If it fails half-way, the next deploy goes on.
 *
 * @throws E_STORE if the store does not answer, E_CONFIG if there is none; the DAG starts nothing until it has the rest.
 */
export async function handOverRecorded(wanted: Wanted, options: HandOverOptions): Promise<HandedOver> {
  const { catalog, registry, registryId } = options;
  const { dag, since } = wanted;
  const on = catalog.dags.find(({ plan }) => plan.dag === dag)?.plan.on ?? null;
  const listened: ListenedEvents = on === null ? { assets: [], mayHave: () => false } : listenedEvents(on);
  const range = { registry: registryId, since, after: wanted.after, before: wanted.before };
  let events = 0;
  let page: AssetEvent[] = [];
  let bytes = 0;
  try {
    const store = await options.store();
    const missing = await waitForFacts(() => store.missingEvents(range), options.patience ?? 30_000);
    for await (const stored of store.acceptedEvents(listened.assets === null ? range : { ...range, assets: listened.assets })) {
      if (!listened.mayHave(stored)) continue;
      const { registry: _registry, watcher: _watcher, ...event } = stored;
      const size = jsonLength(event);
      if (bytes + size > LIMITS.signalBytes) {
        await registry.handOver({ dag, events: page, last: false });
        [page, bytes] = [[], 0];
      }
      page.push(event);
      bytes += size;
      events += 1;
    }
    await registry.handOver({ dag, events: page, last: true });
    return { dag, since, events, missing };
  } catch (cause) {
    const code = HeadgateError.is(cause) ? cause.code : "E_STORE";
    throw new HeadgateError(code, `${dag} is deployed, and waits for the events since ${formatInstant(since)}: ${messageOf(cause)}`, {
      hint: "deploy again when the store answers: it goes on where it stopped. Until then the DAG gathers and starts nothing",
      cause,
    });
  }
}

/** Facts are written a little later than they happen. Gives up on those that do not come. */
async function waitForFacts(countMissing: () => Promise<number>, patience: number): Promise<number> {
  for (const end = performance.now() + patience; ; await delay(200)) {
    const missing = await countMissing();
    if (missing === 0 || performance.now() > end) return missing;
  }
}
