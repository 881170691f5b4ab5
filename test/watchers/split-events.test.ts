import fc from "fast-check";
import { expect, it } from "vitest";
import { splitEvents } from "../../watchers/split-events.ts";

const event = (id: string, size = 10) => ({ asset: "s3://lake/raw", id, data: { text: "x".repeat(size) } });

it("keeps a small list whole", () => {
  expect(splitEvents([event("1"), event("2")])).toHaveLength(1);
  expect(splitEvents([])).toEqual([]);
});

it("makes pieces of 1,000 events", () => {
  expect(splitEvents(Array.from({ length: 2_250 }, (_, k) => event(`${k}`))).map((piece) => piece.length)).toEqual([1_000, 1_000, 250]);
});

it("keeps order, loses nothing and exceeds neither limit", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000)), fc.integer({ min: 1, max: 9 }), (sizes, most) => {
      const events = sizes.map((size, k) => event(`${k}`, size));
      const limits = { events: most, bytes: 6_000 };
      const pieces = splitEvents(events, limits);
      expect(pieces.flat()).toEqual(events);
      for (const piece of pieces) {
        expect(piece.length).toBeGreaterThan(0);
        expect(piece.length).toBeLessThanOrEqual(most);
        expect(Buffer.byteLength(JSON.stringify({ watcher: "w", generation: 1, seq: 1, events: piece }))).toBeLessThanOrEqual(limits.bytes);
      }
    }),
  );
});
