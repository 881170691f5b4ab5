import type { Consumer } from "./registry.ts";
import type { ConsumerState } from "./state.ts";

/** Failed runs that are remembered one by one; of older ones only the sums are. */
const MOST = 500;

/** Events stay with a failed run until it is repeated or marked. A run that holds nothing is not counted. */
export function holdEvents(consumer: Consumer, run: string, events: number): void {
  if (events === 0) return;
  const { runs, events: sum, of = {} } = consumer.state.held ?? { runs: 0, events: 0 };
  const names = Object.keys(of);
  if (names.length >= MOST) delete of[names[0] as string];
  of[`=${run}`] = events;
  consumer.state.held = { runs: runs + 1, events: sum + events, of };
}

/** A failed run holds its events no more: a rerun carries them, or a person settled it. `events` counts if the run is one of the old ones. */
export function letGoOfHeld(consumer: Consumer, run: string, events: number): void {
  const { held } = consumer.state;
  if (held === undefined) return;
  const { [`=${run}`]: known, ...of } = held.of ?? {};
  const unnamed = held.runs - Object.keys(held.of ?? {}).length;
  if (known === undefined && (unnamed <= 0 || events === 0)) return;
  if (held.runs <= 1) delete consumer.state.held;
  else consumer.state.held = { runs: held.runs - 1, events: Math.max(0, held.events - (known ?? events)), of };
}

/** What failed runs hold, for people. */
export function heldByFailed({ held }: ConsumerState): { readonly runs: number; readonly events: number } {
  return { runs: held?.runs ?? 0, events: held?.events ?? 0 };
}
