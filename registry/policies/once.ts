import { type Events, type Held, heldOf, isBefore } from "../order.ts";
import type { ConsumerState, GroupState } from "../state.ts";
import type { CompiledPolicy } from "./policy.ts";

type Once = NonNullable<CompiledPolicy["once"]>;

/** The key under which a match may start once: from its newest event, or the group's key if both are read from the same path. */
export function onceKey(once: Once, byPath: string | null, group: GroupState, seqs: Iterable<number>, events: Events): string | null {
  if (byPath === once.path) return group.by;
  let newest: Held | null = null;
  for (const seq of seqs) {
    const held = heldOf(events, seq);
    if (newest === null || isBefore(newest, held)) newest = held;
  }
  const value = newest === null ? undefined : once.read(newest.event);
  return value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
}

/** True if a run with this key started less than `for` ago. */
export function startedRecently(once: Once, state: ConsumerState, key: string, now: number): boolean {
  const started = state.once?.[entryOf(key)];
  return started !== undefined && now - started < once.for;
}

export function noteOnce(once: Once, state: ConsumerState, key: string, now: number): void {
  const entries = state.once ?? {};
  // Oldest first, so forgetting stops at the first one that still counts.
  for (const entry in entries) {
    if (now - (entries[entry] ?? 0) < once.for) break;
    delete entries[entry];
  }
  delete entries[entryOf(key)];
  entries[entryOf(key)] = now;
  state.once = entries;
}

/** A sign in front keeps keys such as "7" in the order in which they were added. */
function entryOf(key: string): string {
  return `=${key}`;
}
