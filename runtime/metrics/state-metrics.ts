import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Gauge, type Registry } from "prom-client";
import type { RegistryStatus } from "../../client/registry.ts";
import type { ProjectionState } from "../../store/queries/trouble.ts";
import type { WatcherSummary } from "../../store/queries/watchers.ts";

/** Where the state of the whole environment is asked for. */
export interface StateSources {
  readonly registryId: string;
  state(): Promise<RegistryStatus>;
  /** Temporal's id of the present run of the registry's workflow. */
  registryRun(): Promise<string>;
  listWatchers(): Promise<readonly WatcherSummary[]>;
  listProjections(): Promise<readonly ProjectionState[]>;
}

export interface StateMetricsOptions {
  /** Longest wait for one of the sources, in milliseconds. @default 3,000 */
  readonly patience?: number;
  /** An answer younger than this is used again, in milliseconds. @default 5,000 */
  readonly fresh?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

const WATCHER_STATUSES = ["running", "backing-off", "stopped"] as const;

/**
 * Gauges of what registry and store say of themselves. They are asked when somebody scrapes, and never otherwise; what does not answer in
 * time is left out, and `headgate_source_up` says so. The same values come from every process that has them: take `max` over instances.
 */
export function createStateMetrics(register: Registry, sources: StateSources, options: StateMetricsOptions = {}): () => Promise<void> {
  const { patience = 3_000, fresh = 5_000, now = Date.now } = options;
  const registers = [register];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> => new Gauge({ registers, name, help, labelNames });

  const up = gauge("headgate_source_up", "1 if the registry, or the store, answered this scrape.", ["source"]);
  const stateBytes = gauge("headgate_registry_state_bytes", "JSON that the registry would hand to its next run.");
  const history = gauge("headgate_registry_history_events", "Events in the history of the registry's present run.");
  const continued = new Counter({
    ...{
      registers,
      name: "headgate_registry_continue_as_new_total",
      help: "How often the registry was seen to have continued as new since this process started.",
    },
  });
  const waitingFacts = gauge("headgate_registry_waiting_facts", "Facts that are not yet known to be in the store.");
  const inbox = gauge("headgate_registry_inbox", "Signals that the registry has and has not yet looked at.");
  const held = gauge("headgate_registry_held", "1 while an operator holds the registry.");
  const pending = gauge("headgate_pending_events", "Events that wait for a DAG; DAGs without any are left out.", ["dag", "project"]);
  const running = gauge("headgate_running_runs", "Runs under way; DAGs without any are left out.", ["dag", "project"]);
  const paused = gauge("headgate_dag_paused", "1 for each DAG that is paused.", ["dag", "project"]);
  const faulted = gauge("headgate_dag_faulted", "1 for each DAG whose condition failed and that starts nothing.", ["dag", "project"]);
  const ofRegistry = [stateBytes, history, waitingFacts, inbox, held, pending, running, paused, faulted];

  const lag = gauge("headgate_store_lag_seconds", "Age of the newest fact in the store while others wait; 0 if none does.");
  const unprojected = gauge("headgate_store_unprojected_facts", "Facts that Postgres refused.");
  const status = gauge("headgate_watcher_status", "1 for the status that a watcher last reported.", ["watcher", "status"]);
  const reported = gauge("headgate_watcher_reported_timestamp_seconds", "When a watcher last reported.", ["watcher"]);
  const sent = gauge("headgate_watcher_sent_timestamp_seconds", "When a watcher's last batch was accepted by the registry.", ["watcher"]);
  const unsent = gauge("headgate_outbox_unsent_batches", "Batches of a watcher that the registry has not yet accepted.", ["watcher"]);
  const outboxLag = gauge("headgate_outbox_lag_seconds", "Age of the oldest batch of a watcher that is not yet accepted.", ["watcher"]);
  const letters = gauge("headgate_dead_letters", "Items of a watcher that wait for a person.", ["watcher"]);
  const ofStore = [lag, unprojected, status, reported, sent, unsent, outboxLag, letters];

  let run: string | undefined;
  let waiting = 0;

  function showRegistry(state: RegistryStatus, registryRun: string): void {
    stateBytes.set(state.stateBytes);
    history.set(state.history);
    if (run !== undefined && run !== registryRun) continued.inc();
    run = registryRun;
    waiting = state.waitingFacts;
    waitingFacts.set(waiting);
    inbox.set(state.inbox);
    held.set(state.held === null ? 0 : 1);
    for (const { dag, project, ...consumer } of state.consumers) {
      if (consumer.pending > 0) pending.set({ dag, project }, consumer.pending);
      if (consumer.running > 0) running.set({ dag, project }, consumer.running);
      if (consumer.paused !== null) paused.set({ dag, project }, 1);
      if (consumer.faulted !== null) faulted.set({ dag, project }, 1);
    }
  }

  function showStore(projections: readonly ProjectionState[], watchers: readonly WatcherSummary[]): void {
    const own = projections.find((one) => one.registry === sources.registryId);
    lag.set(waiting === 0 || own === undefined ? 0 : Math.max(0, now() - own.lastAt) / 1_000);
    unprojected.set(own?.unprojected ?? 0);
    for (const { watcher, ...one } of watchers) {
      for (const name of WATCHER_STATUSES) status.set({ watcher, status: name }, one.status === name ? 1 : 0);
      if (one.reportedAt !== null) reported.set({ watcher }, one.reportedAt / 1_000);
      if (one.sentAt !== null) sent.set({ watcher }, one.sentAt / 1_000);
      unsent.set({ watcher }, one.unsent);
      outboxLag.set({ watcher }, one.oldestUnsentAt === null ? 0 : Math.max(0, now() - one.oldestUnsentAt) / 1_000);
      letters.set({ watcher }, one.deadLetters);
    }
  }

  async function look(): Promise<void> {
    const [registry, store] = await Promise.all([
      within(patience, Promise.all([sources.state(), sources.registryRun()])),
      within(patience, Promise.all([sources.listProjections(), sources.listWatchers()])),
    ]);
    // A DAG that is gone must not be shown as it last was.
    for (const one of [...ofRegistry, ...ofStore]) one.reset();
    up.set({ source: "registry" }, registry === undefined ? 0 : 1);
    up.set({ source: "store" }, store === undefined ? 0 : 1);
    if (registry === undefined) for (const one of [stateBytes, history, waitingFacts, inbox, held]) one.remove();
    else showRegistry(...registry);
    if (store === undefined) for (const one of [lag, unprojected]) one.remove();
    else showStore(...store);
  }

  let last: { readonly at: number; readonly done: Promise<void> } | undefined;
  return function collect() {
    if (last === undefined || now() - last.at >= fresh) last = { at: now(), done: look() };
    return last.done;
  };
}

async function within<T>(patience: number, answer: Promise<T>): Promise<T | undefined> {
  const giveUp = new AbortController();
  const late = sleep(patience, undefined, { signal: giveUp.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    giveUp.abort();
  }
}
