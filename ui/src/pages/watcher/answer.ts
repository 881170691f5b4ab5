/** A watcher from all sides; a side that is missing is null. */
export interface WatcherView {
  readonly watcher: string;
  /** As it is deployed. */
  readonly deployed: { readonly source: string; readonly publishes: string; readonly alsoPublishes?: readonly string[]; readonly every: number } | null;
  /** What its workflow says now. */
  readonly live: WatcherLive | null;
  /** Its outbox and position. */
  readonly stored: WatcherStored | null;
}

interface WatcherLive {
  readonly status: string;
  readonly paused?: { readonly by: string; readonly at: string; readonly why?: string };
  readonly published: number;
  readonly ignored: number;
  readonly poisoned: number;
  readonly readAt?: string;
  readonly publishedAt?: string;
  /** Milliseconds between the last event's own time and its acceptance. */
  readonly lag?: number;
  /** Events a second. */
  readonly throughput?: number;
  readonly backoffUntil?: string | number;
  readonly error?: string;
  readonly code?: string;
  readonly sessions: number;
}

interface WatcherStored {
  readonly source: string;
  readonly status: string | null;
  readonly error: string | null;
  readonly code: string | null;
  readonly generation: number;
  readonly lastSeq: number;
  /** Batches that are not yet sent. */
  readonly unsent: number;
  readonly oldestUnsentAt: string | null;
  readonly deadLetters: number;
  readonly appendedAt: string | null;
  readonly sentAt: string | null;
  readonly cursor?: unknown;
  readonly startAt?: unknown;
  readonly seen?: number;
  readonly resets?: readonly WatcherReset[];
}

export interface WatcherReset {
  readonly id: string;
  readonly to: unknown;
  readonly deliver: string;
  readonly by: string;
  readonly why: string | null;
  readonly at: string;
  readonly generation: number;
  readonly cursorBefore?: unknown;
}

/** An item that no event could be made of. */
export interface DeadLetter {
  readonly watcher: string;
  readonly id: string;
  readonly reason: string;
  /** What was read. */
  readonly raw: string;
  readonly times: number;
  readonly firstAt: string;
  readonly at: string;
  readonly redeliveredAt: string | null;
  readonly redeliveredBy: string | null;
  readonly droppedAt: string | null;
  readonly droppedBy: string | null;
  readonly droppedWhy: string | null;
}

/** Its workflow knows best; the store knows what the last session said. */
export function statusOf({ live, stored }: Pick<WatcherView, "live" | "stored">): string {
  return live?.status ?? (stored?.status === "stopped" ? "stopped" : "waiting");
}

export function errorOf({ live, stored }: Pick<WatcherView, "live" | "stored">): { readonly text: string; readonly code: string | null } | null {
  const said = live ?? stored;
  return said?.error == null ? null : { text: said.error, code: said.code ?? null };
}
