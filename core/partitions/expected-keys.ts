import type { PartitionDefinition } from "../condition.ts";
import { dimensionsOf } from "./partition-definition.ts";
import { allKeys, compareKeys, crossKeys, keyAt, previousKey } from "./partition-key.ts";

/**
 * The keys that an asset should have by now: of a list all, of time from its `start` or the first known key to the slice that lies
 * around `now`, of dynamic keys the known ones, of a product every combination. In their order; of too many the last ones.
 *
 * @param known - keys of which there was an event
 * @param max - @default 10000
 */
export function expectedKeys(definition: PartitionDefinition, known: readonly string[], now: number, max = 10_000): readonly string[] {
  const dimensions = dimensionsOf(definition);
  if (dimensions.length > 1) {
    const parts = known.map((key) => key.split("|"));
    const lists = dimensions.map((dimension, index) => expectedKeys(dimension, [...new Set(parts.flatMap((part) => part[index] ?? []))], now, max));
    return crossKeys(lists, max);
  }
  if ("grain" in definition) return untilNow(definition, known, now, max);
  return ("keys" in definition ? (allKeys(definition) ?? []) : [...known].sort((a, b) => compareKeys(definition, a, b))).slice(-max);
}

function untilNow(definition: Extract<PartitionDefinition, { grain: string }>, known: readonly string[], now: number, max: number): readonly string[] {
  const inOrder = [...known].sort((a, b) => compareKeys(definition, a, b));
  const first = definition.start ?? inOrder[0];
  const last = keyAt(definition, now) ?? definition.end;
  if (first === undefined || last === undefined) return inOrder.slice(-max);
  const keys: string[] = [];
  for (let key: string | null = last; key !== null && keys.length < max && compareKeys(definition, key, first) >= 0; key = previousKey(definition, key))
    keys.push(key);
  const ahead = inOrder.filter((key) => compareKeys(definition, key, last) > 0);
  return [...keys.reverse(), ...ahead].slice(-max);
}
