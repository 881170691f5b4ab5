import { mark } from "./marks.ts";
import type { Consumer } from "./registry.ts";

/** Marks a group for evaluation; what unpartitioned assets gathered for all partitions concerns all groups. */
export function touch(consumer: Consumer, poolId: string): void {
  if (consumer.state.groups[poolId] !== undefined) mark(consumer.dirty, poolId);
  else touchAll(consumer);
}

export function touchAll(consumer: Consumer): void {
  for (const id in consumer.state.groups) mark(consumer.dirty, id);
}
