import type { Consumer } from "../registry.ts";

/** True if fewer than `total` runs of the consumer are running, over all keys. */
export function hasSlot(consumer: Consumer): boolean {
  return consumer.running < consumer.policy.concurrency.total;
}

/** True if fewer than `perKey` runs with this key are running. */
export function keyIsFree(consumer: Consumer, key: string): boolean {
  return (consumer.busy.get(key) ?? 0) < consumer.policy.concurrency.perKey;
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
