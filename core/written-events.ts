import type { EventInput } from "./event.ts";
import type { WatcherBatch } from "./registry-protocol.ts";

// By list, and not by event: to remember each costs more than to write it again.
const written = new WeakMap<readonly EventInput[], readonly string[]>();
const batches = new WeakMap<WatcherBatch, string>();

/** Events with their JSON, for whoever has it already: a list of events never changes. */
export function withTexts(events: readonly EventInput[], texts: readonly string[]): readonly EventInput[] {
  written.set(events, texts);
  return events;
}

/** The JSON of each event, which is written only if nobody has it. */
export function textsOf(events: readonly EventInput[]): readonly string[] {
  return written.get(events) ?? events.map((event) => JSON.stringify(event));
}

/** The JSON of a batch, written once to be kept and to be sent. */
export function batchText(batch: WatcherBatch): string {
  const known = batches.get(batch);
  if (known !== undefined) return known;
  const { watcher, generation, seq, events } = batch;
  const text = `{"watcher":${JSON.stringify(watcher)},"generation":${generation},"seq":${seq},"events":[${textsOf(events).join(",")}]}`;
  batches.set(batch, text);
  return text;
}
