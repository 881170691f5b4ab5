import type { AssetEvent } from "../../api/schema.gen.ts";

/** One number of an asset's data over time. */
export interface Trend {
  /** Its field. */
  readonly name: string;
  /** Oldest first; instants in milliseconds. */
  readonly points: readonly { readonly at: number; readonly value: number }[];
  readonly low: number;
  readonly high: number;
}

/** A line needs so many points to say anything, and a page bears so many lines. */
const FEWEST = 3;
const MOST = 4;

/** The numbers that the data of events, newest first, has over and over. */
export function trendsOf(events: readonly Pick<AssetEvent, "at" | "data">[]): readonly Trend[] {
  const found = new Map<string, { at: number; value: number }[]>();
  for (const { at, data } of [...events].reverse()) {
    for (const [name, value] of Object.entries(data)) {
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      found.set(name, [...(found.get(name) ?? []), { at: Date.parse(at), value }]);
    }
  }
  return [...found]
    .filter(([, points]) => points.length >= FEWEST)
    .slice(0, MOST)
    .map(([name, points]) => {
      const values = points.map(({ value }) => value);
      return { name, points, low: Math.min(...values), high: Math.max(...values) };
    });
}
