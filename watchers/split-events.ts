import type { EventInput } from "../core/event.ts";
import { LIMITS } from "../core/limits.ts";
import { eventText } from "../core/written-event.ts";

/** Room for the batch's own fields and the signal around it. */
const ENVELOPE_BYTES = 1024;

/** Events in pieces that one signal can carry: at most 1,000 events and 512 KiB of JSON each, in their order. */
export function splitEvents(
  events: readonly EventInput[],
  limits: { readonly events: number; readonly bytes: number } = { events: LIMITS.batchEvents, bytes: LIMITS.signalBytes },
): readonly (readonly EventInput[])[] {
  const pieces: EventInput[][] = [];
  let piece: EventInput[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const event of events) {
    const size = Buffer.byteLength(eventText(event)) + 1;
    if (piece.length > 0 && (piece.length >= limits.events || bytes + size > limits.bytes)) {
      pieces.push(piece);
      piece = [];
      bytes = ENVELOPE_BYTES;
    }
    piece.push(event);
    bytes += size;
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}
