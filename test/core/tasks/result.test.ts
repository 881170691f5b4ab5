import { describe, expect, it } from "vitest";
import { toResult } from "../../../core/tasks/result.ts";

const circle: { self?: unknown } = {};
circle.self = circle;

describe("toResult", () => {
  it.each([
    [undefined, null],
    [{ at: new Date(0), gone: undefined, call: () => 1 }, { at: "1970-01-01T00:00:00.000Z" }],
    [
      [undefined, 1],
      [null, 1],
    ],
    [{ toJSON: () => ({ a: 1 }) }, { a: 1 }],
    ["text", "text"],
  ])("%j crosses as %j", (value, expected) => {
    expect(toResult(value, "here")).toEqual(expected);
  });

  it.each([
    [new Map(), "result is a Map"],
    [{ a: [1, new Set()] }, "result.a[1] is a Set"],
    [{ "a-b": 1n }, 'result["a-b"] is the bigint 1'],
    [{ n: Number.NaN }, "result.n is NaN"],
    [{ deep: { er: new Error("x") } }, "result.deep.er is an Error"],
    [{ bytes: Buffer.from("x") }, "result.bytes is binary data"],
    [{ later: Promise.resolve(1) }, "result.later is a promise"],
    [{ when: new Date(Number.NaN) }, "result.when is an invalid date"],
    [circle, "result.self is a circle"],
    [() => 1, "result is a function"],
  ])("%# is refused with its path", (value, text) => {
    expect(() => toResult(value, "dag d, task t")).toThrow(
      expect.objectContaining({ code: "E_RESULT_JSON", where: "dag d, task t", message: expect.stringContaining(text) }),
    );
  });

  it("takes one object in two places", () => {
    const shared = { a: 1 };
    expect(toResult([shared, shared], "here")).toEqual([{ a: 1 }, { a: 1 }]);
  });
});
