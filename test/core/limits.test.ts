import { describe, expect, it } from "vitest";
import { countThatFit, jsonLength } from "../../core/limits.ts";

describe("how many items go together", () => {
  it.each<[sizes: number[], most: number | undefined, fit: number]>([
    [[], undefined, 0],
    [[4, 6], undefined, 2],
    [[4, 6, 1], undefined, 2],
    [[11, 1], undefined, 1],
    [[1, 11], undefined, 1],
    [[1, 1, 1], 2, 2],
    [[1, 1], 2, 2],
  ])("of %j within 10 bytes and %s items are %i", (sizes, most, fit) => {
    expect(countThatFit(sizes, (size) => size, 10, most)).toBe(fit);
  });

  it("takes the length of a value as JSON, and none for what is none", () => {
    expect([jsonLength({ a: 1 }), jsonLength("é"), jsonLength(undefined)]).toEqual([7, 3, 0]);
  });
});
