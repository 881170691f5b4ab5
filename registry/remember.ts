import { intervalOf } from "../core/partitions/partition-key.ts";
import { forEachLeafCell, prune } from "./cells.ts";
import type { Condition } from "./condition.ts";
import type { Consumer } from "./registry.ts";

/** Old slices are looked for once a day. */
const EVERY_MS = 86_400_000;

/**
 * Forgets what was seen of slices of time that are older than the DAG's `remember`: their seen upstream keys, last values and
 * newest events. What is pending stays, whatever its age. Returns the groups that hold nothing any more.
 */
export function forgetOldSlices(consumer: Consumer, condition: Condition, now: number): string[] {
  const { state } = consumer;
  if (condition.partitions === null || now - (state.forgotAt ?? state.registeredAt) < EVERY_MS) return [];
  state.forgotAt = now;
  const isOld = (partition: string | null): boolean => isOldSlice(consumer, condition, partition, now);
  const empty: string[] = [];
  for (const [id, group] of Object.entries(state.groups)) {
    if (!isOld(group.partition)) continue;
    forEachLeafCell(state, group, (cell) => {
      if (cell.pending !== undefined || cell.stretches !== undefined || cell.kept !== undefined) return;
      delete cell.seen;
      delete cell.changed;
      delete cell.accepted;
      delete cell.tookPart;
    });
    delete state.newestTaken?.[id];
    if (prune(state, group) && group.returns === undefined) empty.push(id);
  }
  for (const id of Object.keys(state.newestTaken ?? {})) {
    // Without a `by` a group's id is its partition.
    if (condition.by === null && state.groups[id] === undefined && isOld(id.slice(1))) delete state.newestTaken?.[id];
  }
  return empty;
}

/** True for a slice of time that ended longer ago than the DAG's `remember`. */
export function isOldSlice({ policy }: Consumer, { partitions }: Condition, partition: string | null, now: number): boolean {
  const end = partition === null || partitions === null ? undefined : intervalOf(partitions, partition)?.end;
  return end !== undefined && end + policy.remember < now;
}
