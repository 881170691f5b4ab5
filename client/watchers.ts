import { setTimeout as delay } from "node:timers/promises";
import { type Client, WorkflowNotFoundError } from "@temporalio/client";
import { HeadgateError } from "../core/errors.ts";
import type { Names } from "../core/names.ts";
import { WATCHER_SIGNALS, WATCHER_STATUS_QUERY, type WatcherReset, type WatcherStatus } from "../core/watcher-protocol.ts";

/** Who asks a watcher for something, and why. */
export interface AskedOfWatcher {
  readonly by?: string;
  readonly why?: string;
}

/** Watchers paused, resumed and reset by a person or a service. Each call throws `E_WATCHER_UNKNOWN` for one that does not run. */
export interface WatchersClient {
  /** What its workflow says; null if there is none, or none that answers within 3 s. */
  status(watcher: string): Promise<WatcherStatus | null>;
  /**
   * Waits until the batch at hand is finished, for `patience` milliseconds: from then on nothing is read. One that is paused keeps who
   * paused it. Lasts over restarts and deploys.
   */
  pause(watcher: string, asked: AskedOfWatcher, patience?: number): Promise<WatcherStatus | null>;
  /** Goes on where it stood, also after a loud stop. */
  resume(watcher: string, asked: AskedOfWatcher): Promise<WatcherStatus | null>;
  /** Waits until a worker has done it, for `patience` milliseconds; false if none has yet: it is done when one comes. The same id again changes nothing. */
  reset(reset: WatcherReset, patience?: number): Promise<boolean>;
}

/** How long a workflow that no worker carries is asked, in milliseconds. */
const ANSWER = 3_000;
/** How long a worker has for a pause or reset before the caller is told that it is still to come. */
const PATIENCE = 15_000;

export function watchersClient(client: Client, names: Names): WatchersClient {
  const handleOf = (watcher: string) => client.workflow.getHandle(names.watcher(watcher));

  async function status(watcher: string): Promise<WatcherStatus | null> {
    try {
      return await client.withDeadline(Date.now() + ANSWER, () => handleOf(watcher).query<WatcherStatus>(WATCHER_STATUS_QUERY));
    } catch {
      return null;
    }
  }

  async function signal(watcher: string, name: string, input: object): Promise<void> {
    try {
      await handleOf(watcher).signal(name, input);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new HeadgateError("E_WATCHER_UNKNOWN", `no watcher "${watcher}" runs`, {
        where: `watcher ${watcher}`,
        hint: "`headgate watchers list` shows the watchers; `headgate deploy` starts those of a project",
        cause: error,
      });
    }
  }

  async function pause(watcher: string, asked: AskedOfWatcher, patience = PATIENCE): Promise<WatcherStatus | null> {
    await signal(watcher, WATCHER_SIGNALS.pause, asked);
    for (const end = performance.now() + patience; ; await delay(100)) {
      const now = await status(watcher);
      if (now?.ending !== true || performance.now() > end) return now;
    }
  }

  async function reset(asked: WatcherReset, patience = PATIENCE): Promise<boolean> {
    await signal(asked.watcher, WATCHER_SIGNALS.reset, asked);
    for (const end = performance.now() + patience; ; await delay(100)) {
      const now = await status(asked.watcher);
      if (now?.resets.some(({ id }) => id === asked.id)) return true;
      if (performance.now() > end) return false;
    }
  }

  return {
    status,
    pause,
    resume: async (watcher, asked) => {
      await signal(watcher, WATCHER_SIGNALS.resume, asked);
      return await status(watcher);
    },
    reset,
  };
}
