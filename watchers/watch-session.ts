import { DEFAULT_EVERY } from "../core/authoring/watch.ts";
import type { WatcherDefinition } from "../core/definition.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { type HideSecrets, hideInError } from "../core/hide-secrets.ts";
import type { Batch, ReadContext, SourceLog } from "../core/source.ts";
import type { WatcherHealth, WatcherSessionEnd } from "../core/watcher-protocol.ts";
import { type Backoff, backoffWait, DEFAULT_BACKOFF, wait } from "./backoff.ts";
import type { BatchSender } from "./batch-sender.ts";
import { assetOf, mapItems } from "./map-items.ts";
import type { Outbox, OutboxBatch, OutboxSession } from "./outbox.ts";
import { isFinal, sendUntilAccepted } from "./send-batch.ts";
import { createSendLine, type SendLine } from "./send-line.ts";
import { createHealthKeeper, type HealthKeeper } from "./session-health.ts";
import { splitEvents } from "./split-events.ts";
import { watchMark } from "./watch-mark.ts";
import { watchedPlace } from "./watched-place.ts";

export interface WatchSessionDeps {
  readonly outbox: Outbox;
  readonly sender: BatchSender;
  readonly connection: (name: string) => string;
  readonly log: SourceLog;
  /** Name of the reader for brokers. @default `watcher/<id>` */
  readonly reader?: string;
  /** Takes secrets out of what is shown and kept: errors, reasons and contents of dead letters. @default nothing is hidden */
  readonly hide?: HideSecrets;
  /** Milliseconds between two polls of a watcher that does not say. @default 10,000 */
  readonly every?: number;
  /** @default 500 ms, doubled up to 30 s */
  readonly backoff?: Backoff;
  /** Where the events of a batch come from, as `traceparent`; asked for each batch. @default they do not say */
  readonly traceparent?: () => string | undefined;
  /** @default Date.now */
  readonly now?: () => number;
}

export interface WatchSessionControls {
  /** Ends the session after the batch at hand. */
  readonly signal: AbortSignal;
  /** How long the session lasts, in milliseconds. */
  readonly length: number;
  /** After so many published events it ends at the next look that finds nothing new; a backlog is not cut into pieces. @default 10,000 */
  readonly events?: number;
  /** Called when the status changes, and now and then. Must not throw. */
  readonly onHealth?: (health: WatcherHealth) => void;
}

/** Events after which a session makes room for the next one. */
const ENOUGH = 10_000;

/**
 * One session of a watcher. The order of one batch never changes: read -> map to events with deterministic ids -> outbox, cursor,
 * seen items and dead letters in one transaction -> signal, accepted -> mark sent -> ack the source. So whatever is cut off
 * anywhere comes again as the same batch with the same number, and the registry drops the repeat. While a batch is on its way, the next
 * ones are read and kept already; they go one after the other, and a source with `ack` is asked for more only after it.
 *
 * Failures are tried again with growing waits for as long as the session lasts, from a newly opened outbox, since the outcome
 * of a failed write is unknown. Only `E_WATCHER_GAP` and `E_WATCHER_CHANGED` are thrown: going on would lose events.
 */
export async function watchSession(watcher: WatcherDefinition, deps: WatchSessionDeps, controls: WatchSessionControls): Promise<WatcherSessionEnd> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort("time-up"), controls.length);
  const cancel = (): void => stop.abort("cancelled");
  controls.signal.addEventListener("abort", cancel, { once: true });
  if (controls.signal.aborted) cancel();
  const now = deps.now ?? Date.now;
  const health = createHealthKeeper(controls.onHealth ?? (() => undefined), now);
  const state: SessionState = {
    ...{ watcher, deps, health, now, signal: stop.signal },
    ...{ backoff: deps.backoff ?? DEFAULT_BACKOFF, enough: controls.events ?? ENOUGH, failures: 0 },
  };
  try {
    const reason = await runSession(state);
    return { reason: reason !== "ended" ? reason : controls.signal.aborted ? "cancelled" : "time-up", health: health.current() };
  } finally {
    clearTimeout(timer);
    controls.signal.removeEventListener("abort", cancel);
    stop.abort("over");
  }
}

interface SessionState {
  readonly watcher: WatcherDefinition;
  readonly deps: WatchSessionDeps;
  readonly health: HealthKeeper;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly backoff: Backoff;
  readonly enough: number;
  failures: number;
}

async function runSession(state: SessionState): Promise<"fenced" | "enough" | "ended"> {
  const { deps, health, signal, watcher } = state;
  while (!signal.aborted) {
    let session: OutboxSession | undefined;
    try {
      session = await deps.outbox.open(watchedPlace(watcher));
      health.note({ generation: session.generation });
      if (await readAndPublish(state, session)) return "enough";
      // A source that stops by itself is read again after the poll interval.
      await wait(everyOf(state), signal);
    } catch (thrown) {
      const error = hideInError(thrown, hideOf(deps));
      if (HeadgateError.is(error) && error.code === "E_WATCHER_FENCED") return "fenced";
      const message = messageOf(error);
      const code = HeadgateError.is(error) ? error.code : undefined;
      if (isFinal(error)) {
        health.trouble("stopped", message, code);
        await tell(session, health);
        throw error;
      }
      if (signal.aborted) break;
      state.failures += 1;
      const pause = backoffWait(state.backoff, state.failures, Math.random());
      health.trouble("backing-off", message, code ?? "E_SOURCE", state.now() + pause);
      deps.log.warn(`watcher ${watcher.id}: ${message}`, { failures: state.failures });
      await tell(session, health);
      await wait(pause, signal);
    }
  }
  return "ended";
}

/** A person reads the status from the outbox's rows; if they cannot be written now, the failure itself says so. */
async function tell(session: OutboxSession | undefined, health: HealthKeeper): Promise<void> {
  const { status, error, code } = health.current();
  await session?.report({ status, ...(error === undefined ? {} : { error }), ...(code === undefined ? {} : { code }) }).catch(() => undefined);
}

/** True once the session has published its share. */
async function readAndPublish(state: SessionState, session: OutboxSession): Promise<boolean> {
  const { watcher, deps, health } = state;
  const reading = new AbortController();
  const signal = AbortSignal.any([state.signal, reading.signal]);
  const stopReading = (): void => reading.abort();
  const marks = watchMark({ watcher: watcher.id, sender: deps.sender, session, signal: state.signal, onFailure: stopReading });
  const sending = { sender: deps.sender, signal, backoff: state.backoff, health, now: state.now };
  let hasRead = false;
  let told = false;

  async function send(batch: OutboxBatch): Promise<boolean> {
    if (signal.aborted) return false;
    marks.handed(batch);
    if (!(await sendUntilAccepted(batch, sending))) return false;
    await session.markSent(batch.seq, batch.generation);
    marks.sent(batch);
    health.note({ published: health.current().published + batch.events.length, publishedAt: state.now(), ...lagOf(batch, state.now()) });
    if (hasRead) await goesWell();
    return true;
  }

  async function goesWell(): Promise<void> {
    state.failures = 0;
    health.running();
    if (told) return;
    told = true;
    await tell(session, health);
  }

  const line = createSendLine(send, stopReading);
  try {
    for (const batch of await session.unsent()) if (!(await line.add(batch))) return false;
    if (!(await line.sent())) return false;
    marks.compare();
    let enough = false;
    for await (const batch of watcher.source.read(readContext(state, session, signal))) {
      if (batch.joining === true) continue;
      health.note({ readAt: state.now() });
      hasRead = true;
      if (!(await publishBatch(state, session, batch, line)) || marks.failure() !== undefined) break;
      if (line.isIdle()) await goesWell();
      marks.compareIfDue();
      enough = batch.items.length === 0 && health.current().published >= state.enough;
      if (enough || signal.aborted) break;
    }
    await line.sent();
    const failure = marks.failure();
    if (failure !== undefined) throw failure;
    return enough;
  } catch (error) {
    // A source that is cut off because of another failure may fail in words of its own.
    if (reading.signal.aborted) await line.sent();
    throw marks.failure() ?? error;
  } finally {
    reading.abort();
    await line.end();
  }
}

/** False if the session ended in the middle: then the source must not be told that the batch is safe. */
async function publishBatch(state: SessionState, session: OutboxSession, batch: Batch<unknown, unknown>, line: SendLine): Promise<boolean> {
  const { events, ignored, poison: unmappable } = await mapItems(state.watcher, batch.items);
  const hide = hideOf(state.deps);
  const poison = [...(batch.poison ?? []), ...unmappable].map(({ id, reason, raw }) => ({ id: hide(id), reason: hide(reason), raw: hide(raw) }));
  const seen = batch.seen ?? [];
  const traceparent = events.length === 0 ? undefined : state.deps.traceparent?.();
  const pieces = splitEvents(traceparent === undefined ? events : events.map((event) => ({ ...event, traceparent })));
  if (pieces.length === 0 && (batch.cursor !== undefined || seen.length > 0 || poison.length > 0)) {
    await session.append({ events: [], cursor: batch.cursor, seen, poison });
  }
  for (const [k, piece] of pieces.entries()) {
    // The position moves with the last piece: what is cut off before it is read again, and its events are left out by their ids.
    const last = k === pieces.length - 1;
    const kept = await session.append(
      last ? { events: piece, cursor: batch.cursor, seen, poison } : { events: piece, cursor: undefined, seen: [], poison: [] },
    );
    if (kept !== undefined && !(await line.add(kept))) return false;
    if (state.signal.aborted && !last) return false;
  }
  const { health } = state;
  health.note({ ignored: health.current().ignored + ignored, poisoned: health.current().poisoned + poison.length });
  for (const letter of poison) state.deps.log.warn(`watcher ${state.watcher.id}: ${letter.id} went to the dead letters`, { reason: letter.reason });
  // A source that is told what is safe is told before it is asked for more; one that has nothing new is not asked while something is on its way.
  if ((batch.ack !== undefined || batch.items.length === 0) && !(await line.sent())) return false;
  await batch.ack?.();
  return true;
}

function readContext(state: SessionState, session: OutboxSession, signal: AbortSignal): ReadContext<unknown> {
  const { watcher, deps } = state;
  return {
    ...(session.cursor === undefined ? {} : { cursor: session.cursor }),
    startAt: session.startAt ?? watcher.startAt ?? "now",
    seen: session.seen,
    every: everyOf(state),
    signal,
    log: deps.log,
    reader: deps.reader ?? `watcher/${watcher.id}`,
    connection: deps.connection,
    asset: assetOf(watcher),
  };
}

function hideOf({ hide }: WatchSessionDeps): HideSecrets {
  return hide ?? ((text) => text);
}

function everyOf({ watcher, deps }: SessionState): number {
  return watcher.every ?? deps.every ?? DEFAULT_EVERY;
}

function lagOf(batch: OutboxBatch, now: number): { readonly lag?: number } {
  const time = batch.events.at(-1)?.time;
  return time === undefined ? {} : { lag: Math.max(0, now - Date.parse(time)) };
}
