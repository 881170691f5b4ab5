/** In `needs`: every event that the run took, of whatever asset; also those of groups and patterns, which have no asset to name. */
export interface AllEvents {
  readonly kind: "all-events";
}

/**
 * Asks for every event that the run took.
 *
 * @example
 * dag("watch-raw", { on: pattern("s3://lake/raw/*") }, (d) => {
 *   d.task("count", { needs: { events: allEvents }, run: ({ events }) => events.map((event) => event.asset) });
 * });
 */
export const allEvents: AllEvents = Object.freeze({ kind: "all-events" });

export function isAllEvents(value: unknown): value is AllEvents {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "all-events";
}
