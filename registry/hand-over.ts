import type { AssetEvent } from "../core/event.ts";
import { guarded, keepForLater } from "./faults.ts";
import { offer } from "./gather.ts";
import { heldFrom } from "./held.ts";
import type { Wanted } from "./input.ts";
import type { Consumer, Registry } from "./registry.ts";
import { touchAll } from "./touch.ts";

/** What the new consumers of a project wait for. */
export function wantsOf(registry: Registry, project: string): Wanted[] {
  return [...registry.consumers.values()].flatMap((consumer) => (consumer.state.project === project ? (wantedBy(consumer) ?? []) : []));
}

/** Null if it waits for none. */
export function wantedBy({ dag, state }: Consumer): Wanted | null {
  return state.wants === undefined ? null : { dag, ...state.wants, before: state.fromSeq };
}

/**
 * Takes one page of what a new consumer waits for, in the order of the events' numbers. The same page again changes nothing. With
 * the last page all of it is looked at, as if it had come at the registration; until then nothing starts.
 */
export function handOver(registry: Registry, consumer: Consumer, events: readonly AssetEvent[], isLast: boolean, now: number): void {
  const wanted = wantedBy(consumer);
  const { wants } = consumer.state;
  if (wanted === null || wants === undefined) return;
  const fresh = events.filter(({ at, seq }) => at >= wanted.since && seq > wanted.after && seq < wanted.before);
  for (const event of fresh) give(registry, consumer, event, now);
  if (!isLast) {
    wants.after = fresh.reduce((newest, { seq }) => Math.max(newest, seq), wanted.after);
    return;
  }
  delete consumer.state.wants;
  touchAll(consumer);
}

function give(registry: Registry, consumer: Consumer, event: AssetEvent, now: number): void {
  const held = heldFrom(registry.events, event);
  const mine = registry.subscriptions.of(event.asset, event.groups).find((one) => one.consumer === consumer);
  if (mine === undefined) return;
  if (consumer.state.faulted !== null || !guarded(registry, consumer, () => offer(registry, consumer, mine.leaves, held, now)))
    keepForLater(registry, consumer, held);
}
