import { expect, it } from "vitest";
import type { EventInput } from "../../core/event.ts";
import { batchText, eventText, readFrom } from "../../core/written-event.ts";

const event: EventInput = { asset: "s3://lake/raw", source: "s3://lake", id: 'a "b" \\ ü', data: { n: 1 } };

it("the text of an event is its JSON, also of one that was read from a text", () => {
  const text = JSON.stringify(event);
  expect(eventText(event)).toBe(text);
  const read = readFrom(text);
  expect(read).toEqual(event);
  expect(eventText(read)).toBe(text);
});

it.each([{ events: [] }, { events: [event] }, { events: [event, { asset: "s3://lake/raw" }] }])("the text of a batch is its JSON: %j", ({ events }) => {
  const batch = { watcher: 'orders "eu"', generation: 2, seq: 17, events };
  expect(batchText(batch)).toBe(JSON.stringify(batch));
});

it("an event that is made of another one has a text of its own", () => {
  eventText(event);
  expect(eventText({ ...event, id: "c" })).toBe(JSON.stringify({ ...event, id: "c" }));
});
