import { expect, it } from "vitest";
import type { EventInput } from "../../core/event.ts";
import { batchText, textsOf, withTexts } from "../../core/written-events.ts";

const event: EventInput = { asset: "s3://lake/raw", source: "s3://lake", id: 'a "b" \\ ü', data: { n: 1 } };

it.each([{ events: [] }, { events: [event] }, { events: [event, { asset: "s3://lake/raw" }] }])("the text of a batch is its JSON: %j", ({ events }) => {
  const batch = { watcher: 'orders "eu"', generation: 2, seq: 17, events };
  expect(batchText(batch)).toBe(JSON.stringify(batch));
  const read = withTexts(
    events.map((one) => ({ ...one })),
    events.map((one) => JSON.stringify(one)),
  );
  expect(batchText({ ...batch, events: read })).toBe(JSON.stringify(batch));
});

it("a list that is made of another one has texts of its own", () => {
  const given = withTexts([event], [JSON.stringify(event)]);
  expect(textsOf(given.map((one) => ({ ...one, id: "c" })))).toEqual([JSON.stringify({ ...event, id: "c" })]);
});
