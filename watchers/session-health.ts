import type { WatcherHealth } from "../core/watcher-protocol.ts";

/** Keeps a session's health and says it: at once when the status changes, else at most every half minute. */
export interface HealthKeeper {
  current(): WatcherHealth;
  /** Merges what is new. */
  note(news: Partial<WatcherHealth>): void;
  running(): void;
  /** `until`: when it is tried again. */
  trouble(status: "backing-off" | "stopped", error: string, code: string | undefined, until?: number): void;
}

const SAY_EVERY = 30_000;

export function createHealthKeeper(say: (health: WatcherHealth) => void, now: () => number): HealthKeeper {
  let health: WatcherHealth = { status: "running", generation: 0, published: 0, ignored: 0, poisoned: 0 };
  let said: { readonly status: string; readonly at: number; readonly published: number; readonly poisoned: number } | undefined;
  let counted = { at: now(), published: 0 };

  function sayIfDue(): void {
    measure();
    const changed = said === undefined || said.status !== health.status;
    const moved = said !== undefined && (said.published !== health.published || said.poisoned !== health.poisoned) && now() - said.at >= SAY_EVERY;
    if (changed || moved) sayNow();
  }

  /** A source that has gone quiet is said once more, with a throughput of nothing. */
  function measure(): void {
    const time = now() - counted.at;
    if (time < SAY_EVERY) return;
    const throughput = (health.published - counted.published) / (time / 1_000);
    counted = { at: now(), published: health.published };
    const quiet = throughput === 0 && (health.throughput ?? 0) > 0;
    health = { ...health, throughput };
    if (quiet) sayNow();
  }

  function sayNow(): void {
    said = { status: health.status, at: now(), published: health.published, poisoned: health.poisoned };
    say(health);
  }

  return {
    current: () => health,
    note: (news) => {
      health = { ...health, ...news };
    },
    running: () => {
      const { error: _error, code: _code, backoffUntil: _until, ...rest } = health;
      health = { ...rest, status: "running" };
      sayIfDue();
    },
    trouble: (status, error, code, until) => {
      const { code: _code, backoffUntil: _until, ...rest } = health;
      health = { ...rest, status, error, ...(code === undefined ? {} : { code }), ...(until === undefined ? {} : { backoffUntil: until }) };
      sayIfDue();
    },
  };
}
