import fc from "fast-check";
import { expect, it } from "vitest";
import { addGaps, dropUpTo, fill, type Holes } from "../../../watchers/postgres/holes.ts";

const big = (numbers: readonly number[]): bigint[] => numbers.map(BigInt);
const missing = (holes: Holes): bigint[] => holes.flatMap(([from, to]) => Array.from({ length: Number(to - from) + 1 }, (_, k) => from + BigInt(k)));

it.each([
  { what: "no gap", last: 3, numbers: [4, 5], holes: [] },
  { what: "a gap before the first", last: 3, numbers: [6], holes: [[4, 5]] },
  {
    what: "gaps between",
    last: 0,
    numbers: [1, 3, 7],
    holes: [
      [2, 2],
      [4, 6],
    ],
  },
  { what: "nothing new", last: 3, numbers: [], holes: [] },
])("finds $what", ({ last, numbers, holes }) => {
  expect(addGaps([], BigInt(last), big(numbers))).toEqual(holes.map(([from, to]) => [BigInt(from ?? 0), BigInt(to ?? 0)]));
});

it("holds exactly the numbers that are missing, whatever order they turn up in and whatever is given up", () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 30 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (taken, split, floor) => {
      const first = taken.slice(0, split).sort((a, b) => a - b);
      const late = taken.slice(split).filter((number) => number <= Math.max(0, ...first));
      const holes = dropUpTo(fill(addGaps([], 0n, big(first)), big(late)), BigInt(floor));
      const expected = Array.from({ length: Math.max(0, ...first) }, (_, k) => k + 1).filter((number) => number > floor && !taken.includes(number));
      expect(missing(holes)).toEqual(big(expected));
    }),
  );
});
