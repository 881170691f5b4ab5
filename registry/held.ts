import type { AssetEvent } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { type Events, type Held, orderTime } from "./order.ts";

/** An event with its number as the machine holds it: the one that is held, or one that nothing refers to yet. */
export function heldFrom(events: Events, event: AssetEvent): Held {
  return events.get(event.seq) ?? { event, seq: event.seq, time: orderTime(event), at: event.at, bytes: sizeOfEvent(event), refs: 0 };
}

/** Bytes of an event beside its texts and its data. */
export const EVENT_OVERHEAD = 200;

function sizeOfEvent(event: AssetEvent): number {
  return EVENT_OVERHEAD + event.asset.length + event.id.length + event.source.length + sizeOf(event.data);
}

/** About how many bytes the JSON of a value has: exact enough for limits, and cheaper than writing it. */
export function sizeOf(value: Json): number {
  if (typeof value === "string") return textSize(value);
  if (typeof value !== "object" || value === null) return typeof value === "number" ? 12 : 5;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value as readonly Json[]) bytes += sizeOf(item) + 1;
  else for (const key in value) bytes += textSize(key) + 2 + sizeOf((value as JsonObject)[key] as Json);
  return bytes;
}

function textSize(text: string): number {
  let bytes = text.length + 2;
  // Short texts are hardly ever what is too large, so their escapes and wide characters are not looked for.
  if (text.length < 256) return bytes;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) bytes += code < 0x800 ? 1 : 2;
    else if (code < 0x20) bytes += 5;
    else if (code === 0x22 || code === 0x5c) bytes += 1;
  }
  return bytes;
}
