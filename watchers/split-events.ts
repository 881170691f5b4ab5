import type { EventInput } from "../core/event.ts";
import { LIMITS } from "../core/limits.ts";
import { textsOf, withTexts } from "../core/written-events.ts";

/** Room for the batch's own fields and the signal around it. */
const ENVELOPE_BYTES = 1024;

/** Events in pieces that one signal can carry: at most 1,000 events and 512 KiB of JSON each, in their order. */
export function splitEvents(
  events: readonly EventInput[],
  limits: { readonly events: number; readonly bytes: number } = { events: LIMITS.batchEvents, bytes: LIMITS.signalBytes },
): readonly (readonly EventInput[])[] {
  const texts = textsOf(events);
  const pieces: (readonly EventInput[])[] = [];
  let start = 0;
  let bytes = ENVELOPE_BYTES;
  const cut = (end: number): void => {
    if (end > start) pieces.push(withTexts(events.slice(start, end), texts.slice(start, end)));
    start = end;
    bytes = ENVELOPE_BYTES;
  };
  for (const [k, text] of texts.entries()) {
    const size = Buffer.byteLength(text) + 1;
    if (k - start >= limits.events || bytes + size > limits.bytes) cut(k);
    bytes += size;
  }
  cut(events.length);
  return pieces;
}
