import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  uuid4,
  workflowInfo,
} from "@temporalio/workflow";
import { messageOf } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";
import {
  FINAL_WATCHER_CODES,
  WATCHER_SIGNALS,
  WATCHER_STATUS_QUERY,
  type WatcherCarry,
  type WatcherHealth,
  type WatcherInput,
  type WatcherStatus,
} from "../core/watcher-protocol.ts";
import type { WatcherActivities } from "./ports.ts";
import { watcherDetails } from "./watcher-details.ts";
import { readPause, readReset } from "./watcher-requests.ts";

const SESSION_LENGTH = 3_600_000;
/** A killed worker's session is taken over after this long. */
const HEARTBEAT_TIMEOUT = 15_000;
/** The server suggests 4,096; a short history makes take-over quick. */
const HISTORY_LIMIT = 2_000;
const KEPT_RESETS = 20;

/**
 * A watcher: runs one long heartbeating session after another on the workers that have its code. The position is in the outbox,
 * never here; this shell only says whether there should be a session, and shows how it is. A person who terminates it loses
 * nothing but the counts.
 */
export async function watcherSession(input: WatcherInput): Promise<void> {
  const { watcher, taskQueue, sessionLength = SESSION_LENGTH, historyLimit = HISTORY_LIMIT } = input;
  const mustContinueAsNew = (): boolean => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > historyLimit;
  const { watchSession, resetWatcher } = proxyActivities<WatcherActivities>({
    taskQueue,
    startToCloseTimeout: sessionLength + 120_000,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    // Not the default, whatever the SDK's documentation says: a session that is told to end still finishes its batch and its counts.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 1_000, maximumInterval: 10_000 },
    summary: watcher,
  });
  let { paused, stopped = false, health, pending, resets, sessions, failures } = input.carry ?? BEGINNING;
  /** Health of the session that runs; its counts are not yet in `health`. */
  let current: WatcherHealth | undefined;
  let scope: CancellationScope | undefined;
  let poked = false;

  const interrupt = (): void => {
    poked = true;
    scope?.cancel();
  };
  const show = (): void => setCurrentDetails(watcherDetails(status()));

  setHandler(
    defineSignal<[unknown]>(WATCHER_SIGNALS.pause),
    (asked) => {
      paused ??= readPause(asked, Date.now());
      interrupt();
      show();
    },
    { description: "Stop watching until resumed: { by, why }" },
  );
  setHandler(
    defineSignal<[unknown]>(WATCHER_SIGNALS.resume),
    () => {
      if (paused === undefined && !stopped) return;
      paused = undefined;
      stopped = false;
      poked = true;
      show();
    },
    { description: "Go on, also after a loud stop: { by }" },
  );
  setHandler(
    defineSignal<[unknown]>(WATCHER_SIGNALS.reset),
    (asked) => {
      const reset = readReset(asked, watcher, uuid4());
      if (reset === null) {
        health = {
          ...health,
          error: `a reset was not understood: ${JSON.stringify(asked)?.slice(0, 200)}; it needs { to: "beginning" | "now" | { ...position }, deliver: "redeliver" | "skip", by }`,
          code: "E_USAGE",
        };
      } else if (![...pending, ...resets].some(({ id }) => id === reset.id)) {
        pending = [...pending, reset];
        interrupt();
      }
      show();
    },
    { description: 'New position: { to: "beginning" | "now" | { ...position }, deliver: "redeliver" | "skip", by, why }' },
  );
  setHandler(defineSignal(WATCHER_SIGNALS.reload), interrupt, { description: "Begin a new session with the worker's newest definition" });
  setHandler(defineSignal<[unknown]>(WATCHER_SIGNALS.health), (said) => {
    // One that comes after its session's end would count twice.
    if (scope === undefined || !isRecord(said) || said.session !== sessions || !isRecord(said.health)) return;
    current = said.health as unknown as WatcherHealth;
    show();
  });
  setHandler(defineQuery<WatcherStatus>(WATCHER_STATUS_QUERY), status, { description: "Health, lag, last error, who paused it" });

  show();
  for (;;) {
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure("the watcher was cancelled");
    if (mustContinueAsNew()) return await continueAsNew<typeof watcherSession>({ ...input, carry: carry() });
    poked = false;
    const reset = pending[0];
    if (reset !== undefined) {
      const { generation } = await resetWatcher(reset);
      pending = pending.slice(1);
      resets = [...resets, { ...reset, at: Date.now() }].slice(-KEPT_RESETS);
      health = { ...withoutError(health), generation };
      stopped = false;
      failures = 0;
    } else if (paused !== undefined || stopped) {
      await condition(() => pending.length > 0 || (paused === undefined && !stopped) || mustContinueAsNew());
    } else {
      await runSession();
    }
    show();
  }

  async function runSession(): Promise<void> {
    sessions += 1;
    scope = new CancellationScope();
    const own = scope;
    let wait = 0;
    try {
      // A run of signals could fill the history within one session.
      const full = own.run(() => condition(mustContinueAsNew).then(() => own.cancel()));
      full.catch(() => undefined);
      const end = await own.run(() => watchSession({ watcher, length: sessionLength, session: sessions }));
      addUp(end.health);
      failures = 0;
      if (end.reason === "fenced") wait = 1_000;
    } catch (error) {
      if (current !== undefined) addUp(current);
      if (isCancellation(error)) return;
      const { message, code } = reasonOf(error);
      stopped = code !== undefined && FINAL_WATCHER_CODES.includes(code);
      health = { ...withoutError(health), status: stopped ? "stopped" : "backing-off", error: message, ...(code === undefined ? {} : { code }) };
      failures += 1;
      wait = stopped ? 0 : Math.min(30_000, 1_000 * 2 ** Math.min(failures - 1, 5));
      if (wait > 0) health = { ...health, backoffUntil: Date.now() + wait };
    } finally {
      own.cancel();
      scope = undefined;
      current = undefined;
    }
    show();
    if (wait > 0) await condition(() => poked || pending.length > 0, wait);
  }

  function addUp(session: WatcherHealth): void {
    health = totals(health, session);
    current = undefined;
  }

  function status(): WatcherStatus {
    const { status: own, ...now } = current === undefined ? health : totals(health, current);
    const neverHeardOf = now.generation === 0 && own === "running";
    const shown = paused !== undefined ? "paused" : stopped ? "stopped" : neverHeardOf ? "waiting" : own;
    return {
      watcher,
      ...now,
      status: shown,
      ...(paused === undefined ? {} : { paused }),
      ...(paused !== undefined && scope !== undefined ? { ending: true } : {}),
      resets,
      sessions,
    };
  }

  function carry(): WatcherCarry {
    return { ...(paused === undefined ? {} : { paused }), stopped, health, pending, resets, sessions, failures };
  }
}

const BEGINNING: WatcherCarry = {
  health: { status: "running", generation: 0, published: 0, ignored: 0, poisoned: 0 },
  pending: [],
  resets: [],
  sessions: 0,
  failures: 0,
};

function totals(before: WatcherHealth, session: WatcherHealth): WatcherHealth {
  return {
    ...withoutError(before),
    ...session,
    generation: Math.max(before.generation, session.generation),
    published: before.published + session.published,
    ignored: before.ignored + session.ignored,
    poisoned: before.poisoned + session.poisoned,
  };
}

function withoutError({ error: _error, code: _code, backoffUntil: _until, ...health }: WatcherHealth): WatcherHealth {
  return health;
}

function reasonOf(error: unknown): { readonly message: string; readonly code: string | undefined } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) return { message: cause.message, code: cause.type ?? undefined };
  return { message: messageOf(cause), code: undefined };
}
