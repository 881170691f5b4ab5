import type { WatcherHealth } from "../core/watcher-protocol.ts";

/** Keeps a session's health and says it: at once when the status changes, else at most every half minute. */
export interface HealthKeeper {
  current(): WatcherHealth;
  /** Merges what is new. */
  note(news: Partial<WatcherHealth>): void;
  running(): void;
  trouble(status: "backing-off" | "stopped", error: string, code: string | undefined): void;
}

const SAY_EVERY = 30_000;

export function createHealthKeeper(say: (health: WatcherHealth) => void, now: () => number): HealthKeeper {
  let health: WatcherHealth = { status: "running", generation: 0, published: 0, ignored: 0, poisoned: 0 };
  let said: { readonly status: string; readonly at: number; readonly published: number; readonly poisoned: number } | undefined;

  function sayIfDue(): void {
    const changed = said === undefined || said.status !== health.status;
    const moved = said !== undefined && (said.published !== health.published || said.poisoned !== health.poisoned) && now() - said.at >= SAY_EVERY;
    if (!changed && !moved) return;
    said = { status: health.status, at: now(), published: health.published, poisoned: health.poisoned };
    say(health);
  }

  return {
    current: () => health,
    note: (news) => {
      health = { ...health, ...news };
    },
    running: () => {
      const { error: _error, code: _code, ...rest } = health;
      health = { ...rest, status: "running" };
      sayIfDue();
    },
    trouble: (status, error, code) => {
      const { code: _code, ...rest } = health;
      health = { ...rest, status, error, ...(code === undefined ? {} : { code }) };
      sayIfDue();
    },
  };
}
