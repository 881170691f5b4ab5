import type { Consumer } from "../registry.ts";

/** True if fewer than `total` runs of the consumer are running, over all keys. */
export function hasSlot(consumer: Consumer): boolean {
  return consumer.running < consumer.policy.concurrency.total;
}

/** True if fewer than `perKey` runs with this key are running. */
export function keyIsFree(consumer: Consumer, key: string): boolean {
  return (consumer.busy.get(key) ?? 0) < consumer.policy.concurrency.perKey;
}

/**
 * True if a backfill or repair may run this partition now, beside what is planned to start. Where the key of a run is a value of
 * its events, runs of one partition have many keys: then none of them may be running.
 */
export function isFreeFor(
  consumer: Consumer,
  partition: string | null,
  planned: readonly { readonly consumer: Consumer; readonly partition: string | null }[],
): boolean {
  if (!keyIsFree(consumer, partition ?? "")) return false;
  if (!hasOtherKeys(consumer)) return true;
  const isOfIt = (run: { readonly partition: string | null }): boolean => run.partition === partition;
  return !Object.values(consumer.state.running).some(isOfIt) && !planned.some((start) => start.consumer === consumer && isOfIt(start));
}

/** True if a backfill or repair runs the partition of a group whose key is another. */
export function isRunByWork(consumer: Consumer, partition: string | null): boolean {
  return hasOtherKeys(consumer) && Object.values(consumer.state.running).some((run) => run.backfill !== undefined && run.partition === partition);
}

function hasOtherKeys({ condition }: Consumer): boolean {
  return condition?.by != null && condition.partitions !== null;
}

export function occupy(consumer: Consumer, key: string): void {
  consumer.running += 1;
  consumer.busy.set(key, (consumer.busy.get(key) ?? 0) + 1);
}

export function vacate(consumer: Consumer, key: string): void {
  consumer.running -= 1;
  const left = (consumer.busy.get(key) ?? 1) - 1;
  if (left > 0) consumer.busy.set(key, left);
  else consumer.busy.delete(key);
}
