/** How much a filled store holds. The history ends at `until` and is spread evenly over the days before. */
export interface Sizes {
  readonly assets: number;
  readonly dags: number;
  readonly events: number;
  readonly runs: number;
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** The same seed makes the same store. */
  readonly seed: number;
}

/** What the API is measured against. */
const WHOLE = { assets: 100_000, dags: 10_000, events: 10_000_000, runs: 1_000_000, days: 30, seed: 1 } as const;

/** The whole of it, or a part: `part` 0.01 is a hundredth, over the same days. */
export function sizesOf(part: number, until: number): Sizes {
  const of = (count: number): number => Math.max(1, Math.round(count * part));
  return { ...WHOLE, assets: of(WHOLE.assets), dags: of(WHOLE.dags), events: of(WHOLE.events), runs: of(WHOLE.runs), until };
}

/** The numbering of facts that a filled store is from. */
export const FILLED_REGISTRY = "asset-registry";
