import { describe, expect, it } from "vitest";
import { frozenJson } from "../../../core/authoring/freeze.ts";
import { kindOf } from "../../../core/conditions/value-kind.ts";
import { said } from "../caught.ts";

describe("a frozen copy", () => {
  it("is equal, frozen all through, and another object", () => {
    const data = { a: [1, { b: null }], c: "x", d: true };
    const copy = frozenJson<never>(data, "E_OPTION", "meta") as unknown as typeof data;
    expect(copy).toEqual(data);
    expect(copy).not.toBe(data);
    expect(Object.isFrozen(copy) && Object.isFrozen(copy.a) && Object.isFrozen(copy.a[1])).toBe(true);
  });

  it("leaves out what is undefined, and takes objects without a prototype", () => {
    expect(frozenJson({ a: undefined, b: 1 }, "E_OPTION", "meta")).toEqual({ b: 1 });
    expect(frozenJson(Object.assign(Object.create(null), { b: 1 }), "E_OPTION", "meta")).toEqual({ b: 1 });
  });

  it("may hold one object twice, but none inside itself", () => {
    const shared = { x: 1 };
    expect(frozenJson({ a: shared, b: shared }, "E_OPTION", "meta")).toEqual({ a: { x: 1 }, b: { x: 1 } });
    const loop: Record<string, unknown> = {};
    loop.self = { loop };
    expect(said(() => frozenJson(loop, "E_OPTION", "meta"))).toMatch(/^E_OPTION: meta\.self\.loop contains itself/);
  });

  it.each<[unknown, string]>([
    [{ at: new Date(0) }, "meta.at is a Date"],
    [{ list: [1, undefined] }, "meta.list[1] is undefined"],
    [{ map: new Map() }, "meta.map is a Map"],
    [Number.NaN, "meta is NaN"],
    [{ big: 1n }, "meta.big is a bigint"],
    [{ call: () => 1 }, "meta.call is a function"],
    [undefined, "meta is undefined"],
  ])("refuses %o", (value, text) => {
    expect(said(() => frozenJson(value, "E_OPTION", "meta"))).toContain(`E_OPTION: ${text}, which is not JSON`);
  });
});

it.each<[unknown, string]>([
  [null, "null"],
  [undefined, "undefined"],
  [[1, 2], "a list of 2"],
  [{}, "an object"],
  [Object.create(null), "an object"],
  [new Date(0), "a Date"],
  ["secret", "a string"],
  [7, "a number"],
  [Number.POSITIVE_INFINITY, "Infinity"],
])("%o is %s", (value, text) => {
  expect(kindOf(value)).toBe(text);
});
