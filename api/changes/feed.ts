import { setTimeout as delay } from "node:timers/promises";
import type { ChangeHint } from "../../core/change.ts";
import { messageOf } from "../../core/errors.ts";
import type { Store } from "../../store/index.ts";

/** Something that changed. What comes without an id cannot be resumed at. */
export interface Change {
  readonly id?: number;
  readonly hints: readonly ChangeHint[];
}

/** One source of changes for all who listen to this process: however many they are, the store is asked once. */
export interface ChangeFeed {
  /** Resolves once nothing from then on is missed; `listen` must not block. */
  subscribe(listen: (change: Change) => void, onClose: () => void): Promise<{ readonly stop: () => void }>;
  /** Ends it for all. */
  close(): void;
}

export interface FeedOptions {
  readonly store: Pick<Store, "listChanges" | "changeBounds" | "watcherVersions">;
  readonly log: { warn(message: string, fields?: object): void };
  /** Milliseconds between two looks, while anybody listens: with the quarter of a second that facts may wait for the ones before, 300 at most. @default 40 */
  readonly every?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Milliseconds after which a number that nobody has seen is one whose transaction was given up. */
const GIVEN_UP = 30_000;
/** Watchers write at each of their batches, so they are compared only with every so manieth look. */
const WATCHERS_EVERY = 5;
/** Most changes of one look; of more there is another one at once. */
const MOST = 1_000;

/**
 * Looks for what came behind the last number. Numbers are taken when a transaction begins to write and are seen when it ends, so one may
 * appear behind a higher one: those that were passed over are looked for until they must have been given up.
 */
export function createChangeFeed({ store, log, every = 40, now = Date.now }: FeedOptions): ChangeFeed {
  const listeners = new Map<(change: Change) => void, () => void>();
  const missing = new Map<number, number>();
  let last = 0;
  let watchers: ReadonlyMap<string, string> = new Map();
  let looks = 0;
  let polling: Promise<void> | undefined;

  async function begin(): Promise<void> {
    [{ last }, watchers] = await Promise.all([store.changeBounds(), store.watcherVersions()]);
    missing.clear();
    void poll();
  }

  async function poll(): Promise<void> {
    let failed = false;
    while (listeners.size > 0) {
      try {
        if ((await look()) < MOST) await delay(every);
        failed = false;
      } catch (error) {
        if (!failed) log.warn(`changes cannot be read for now: ${messageOf(error)}`);
        failed = true;
        await delay(1_000);
      }
    }
    polling = undefined;
  }

  async function look(): Promise<number> {
    looks += 1;
    const [changes, versions] = await Promise.all([
      store.listChanges({ after: last, missing: [...missing.keys()], limit: MOST }),
      looks % WATCHERS_EVERY === 0 ? store.watcherVersions() : watchers,
    ]);
    for (const { id, hints } of changes) {
      if (!missing.delete(id)) for (let passed = last + 1; passed < id; passed += 1) missing.set(passed, now());
      last = Math.max(last, id);
      tell({ id: last, hints });
    }
    for (const [id, since] of missing) if (now() - since > GIVEN_UP) missing.delete(id);
    const changed = [...versions].flatMap(([id, version]) => (watchers.get(id) === version ? [] : [id]));
    watchers = versions;
    if (changed.length > 0) tell({ hints: [{ topic: "watchers", kind: "batch", ids: changed }] });
    return changes.length;
  }

  function tell(change: Change): void {
    for (const listen of listeners.keys()) listen(change);
  }

  return {
    async subscribe(listen, onClose) {
      listeners.set(listen, onClose);
      polling ??= begin();
      try {
        await polling;
      } catch (error) {
        listeners.delete(listen);
        polling = undefined;
        throw error;
      }
      return { stop: () => void listeners.delete(listen) };
    },
    close() {
      const ends = [...listeners.values()];
      listeners.clear();
      for (const end of ends) end();
    },
  };
}
