/** What a session tells of itself while it runs. Counts are of this session. */
export interface SessionHealth {
  readonly status: "running" | "backing-off" | "stopped";
  /** 0 until the outbox is open. */
  readonly generation: number;
  /** Events that the registry's signal carried. */
  readonly published: number;
  /** Items that `map` skipped. */
  readonly ignored: number;
  /** Items that went to the dead letters. */
  readonly poisoned: number;
  /** When the source was last heard of, in milliseconds since 1970. */
  readonly readAt?: number;
  /** When the last event was accepted. */
  readonly publishedAt?: number;
  /** Milliseconds between the last event's own time and its acceptance. */
  readonly lag?: number;
  readonly error?: string;
  readonly code?: string;
}

/** Keeps a session's health and says it: at once when the status changes, else at most every half minute. */
export interface HealthKeeper {
  current(): SessionHealth;
  /** Merges what is new. */
  note(news: Partial<SessionHealth>): void;
  running(): void;
  trouble(status: "backing-off" | "stopped", error: string, code: string | undefined): void;
}

const SAY_EVERY = 30_000;

export function createHealthKeeper(say: (health: SessionHealth) => void, now: () => number): HealthKeeper {
  let health: SessionHealth = { status: "running", generation: 0, published: 0, ignored: 0, poisoned: 0 };
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
