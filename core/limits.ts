/** Sizes that keep every command and message inside what a Temporal server takes. In bytes of JSON. */
export const LIMITS = {
  /** One event, as a publisher hands it over. */
  eventBytes: 128 * 1024,
  /** One signal of the publisher. */
  signalBytes: 512 * 1024,
  /** Events in one signal of the publisher. */
  signalEvents: 200,
  /** Events in one numbered batch of a watcher. */
  batchEvents: 1_000,
  /** The result of one task in the history of its run: a larger one stands there as a reference. */
  resultBytes: 256 * 1024,
  /** The result of one task that the store keeps. */
  keptBytes: 64 * 1024 * 1024,
  /** All results of one run that the store keeps. */
  runKeptBytes: 1024 * 1024 * 1024,
  /** The results of all items of one map, and the list that it goes over. */
  mapBytes: 1024 * 1024,
  /** The input of one activity or workflow: the server refuses 2 MiB. */
  inputBytes: 1_800_000,
  /** Facts or starts handed to one activity or child workflow. */
  activityBytes: 256 * 1024,
} as const;

/** Of the first items, how many go together: at most so many bytes and so many of them, but one at least, whatever its size. */
export function countThatFit<T>(items: readonly T[], bytesOf: (item: T) => number, mostBytes: number, most = Number.POSITIVE_INFINITY): number {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    if (index >= most) return true;
    bytes += bytesOf(item);
    return index > 0 && bytes > mostBytes;
  });
  return end < 0 ? items.length : end;
}

/** Length of a value's JSON; 0 for what has none. */
export function jsonLength(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}
