/** How often something may happen: `burst` times at once, then `perSecond` on average. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimit {
  /** Takes one. 0 if it may happen now, else the milliseconds until it may. */
  take(key: string): number;
}

/** Keys that are remembered. Past that, those that are furthest from their limit are forgotten: forgetting lets through, never shuts out. */
const MOST_KEYS = 20_000;

/** Counts by key, in this process: a bucket that fills with time. */
export function createRateLimit({ burst, perSecond }: Rate, now: () => number): RateLimit {
  /** When a bucket would be full; absent means that it is. */
  const fullAt = new Map<string, number>();
  const cost = 1_000 / perSecond;
  return {
    take: (key) => {
      const at = now();
      const full = Math.max(fullAt.get(key) ?? at, at);
      const wait = full - at + cost - burst * cost;
      if (wait > 0) return Math.ceil(wait);
      if (!fullAt.has(key) && fullAt.size >= MOST_KEYS) forget(fullAt, at);
      fullAt.set(key, full + cost);
      return 0;
    },
  };
}

function forget(fullAt: Map<string, number>, at: number): void {
  for (const [key, full] of fullAt) if (full <= at) fullAt.delete(key);
  const over = fullAt.size - MOST_KEYS / 2;
  if (over <= 0) return;
  for (const [key] of [...fullAt].sort(([, a], [, b]) => a - b).slice(0, over)) fullAt.delete(key);
}
