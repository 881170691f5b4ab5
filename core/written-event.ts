import type { EventInput } from "./event.ts";
import type { WatcherBatch } from "./registry-protocol.ts";

const texts = new WeakMap<EventInput | WatcherBatch, string>();

/**
 * The JSON of an event, written once however often it is measured, kept and sent. An event never changes; a batch of them, too, is put together from
 * what is written already.
 */
export function eventText(event: EventInput): string {
  return remembered(event, () => JSON.stringify(event));
}

/** Says that an event was read from this text. */
export function readFrom(text: string): EventInput {
  const event: EventInput = JSON.parse(text);
  texts.set(event, text);
  return event;
}

export function batchText(batch: WatcherBatch): string {
  return remembered(batch, () => {
    const { watcher, generation, seq, events } = batch;
    return `{"watcher":${JSON.stringify(watcher)},"generation":${generation},"seq":${seq},"events":[${events.map(eventText).join(",")}]}`;
  });
}

function remembered<Item extends EventInput | WatcherBatch>(item: Item, write: () => string): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const text = write();
  texts.set(item, text);
  return text;
}
