import type { WatcherDefinition } from "../../core/definition.ts";
import type { SourceLog } from "../../core/source.ts";
import type { WatcherHealth, WatcherSessionEnd } from "../../core/watcher-protocol.ts";
import type { BatchSender } from "../../watchers/batch-sender.ts";
import type { Outbox } from "../../watchers/outbox.ts";
import { watchSession } from "../../watchers/watch-session.ts";

export interface RunningSession {
  readonly ended: Promise<WatcherSessionEnd>;
  readonly healths: readonly WatcherHealth[];
  readonly log: readonly string[];
  stop(): Promise<WatcherSessionEnd>;
}

/** A session in this process, with waits that suit a test. */
export function startSession(
  watcher: WatcherDefinition,
  outbox: Outbox,
  sender: BatchSender,
  options: { readonly died?: AbortSignal; readonly length?: number; readonly events?: number; readonly connection?: (name: string) => string } = {},
): RunningSession {
  const stop = new AbortController();
  const healths: WatcherHealth[] = [];
  const lines: string[] = [];
  const log: SourceLog = { info: (message) => void lines.push(message), warn: (message) => void lines.push(message) };
  const signal = options.died === undefined ? stop.signal : AbortSignal.any([stop.signal, options.died]);
  const ended = watchSession(
    watcher,
    { outbox, sender, log, connection: options.connection ?? ((name) => name), backoff: { first: 5, longest: 20 } },
    {
      signal,
      length: options.length ?? 60_000,
      ...(options.events === undefined ? {} : { events: options.events }),
      onHealth: (health) => void healths.push(health),
    },
  );
  // A test that fails before it waits for the end must not end in an unhandled rejection as well.
  ended.catch(() => undefined);
  return {
    ended,
    healths,
    log: lines,
    stop: () => {
      stop.abort();
      return ended;
    },
  };
}

/** Waits until something is true; fails with what it was waiting for. */
export async function until(what: string, test: () => boolean | Promise<boolean>, within = 15_000): Promise<void> {
  const end = performance.now() + within;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
