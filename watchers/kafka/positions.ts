import { HeadgateError } from "../../core/errors.ts";
import type { TopicFacts } from "./client.ts";

/** Where a topic's watcher stands. As `startAt`: `{ timestamp: "2026-11-23T00:00:00Z" }`, or `{ next: { "0": "42" } }`. */
export type KafkaCursor = TopicPosition | { readonly timestamp: string };

export interface TopicPosition {
  /** By partition the offset of the next record. A partition that is missing here is read from its oldest record. */
  readonly next: Readonly<Record<string, string>>;
  readonly cluster?: string;
  readonly topicId?: string;
}

/**
 * Compares a position with what is there. Throws `E_WATCHER_GAP` if it means nothing any more: another cluster, a topic that was made
 * anew, records that were removed before they were read, or a partition that ends before the position.
 */
export function checkPosition(source: string, position: TopicPosition, facts: TopicFacts): void {
  if (position.cluster !== undefined && position.cluster !== facts.cluster) {
    throw gap(source, `the position is of the cluster ${position.cluster}, and this is ${facts.cluster}`);
  }
  if (position.topicId !== undefined && facts.topicId !== undefined && position.topicId !== facts.topicId) {
    throw gap(source, `the topic was deleted and made again (${position.topicId} is ${facts.topicId} now)`);
  }
  for (const [partition, next] of Object.entries(position.next)) {
    const there = facts.partitions.find((one) => one.partition === Number(partition));
    if (there === undefined) throw gap(source, `partition ${partition} is gone: the topic was made again with fewer`);
    checkRange(source, there.partition, BigInt(next), there);
  }
}

/** Throws `E_WATCHER_GAP` if the record at `next` is not there and never will be. */
export function checkRange(source: string, partition: number, next: bigint, { low, high }: { readonly low: bigint; readonly high: bigint }): void {
  if (next < low) throw gap(source, `partition ${partition}: ${low - next} records (${next} to ${low - 1n}) were removed before they were read`);
  if (next > high) throw gap(source, `partition ${partition} ends at ${high}, and the position is ${next}: the topic was made again, or lost records`);
}

function gap(source: string, message: string): HeadgateError {
  return new HeadgateError("E_WATCHER_GAP", message, {
    where: source,
    hint: 'reset the position: to "beginning" reads what is there (with deliver "skip" only what was not published), to "now" leaves it out',
  });
}

export function advance(position: TopicPosition, partition: number, next: bigint): TopicPosition {
  return { ...position, next: { ...position.next, [partition]: next.toString() } };
}

export function nextOf(position: TopicPosition, partition: number): bigint | undefined {
  const next = position.next[partition];
  return next === undefined ? undefined : BigInt(next);
}
