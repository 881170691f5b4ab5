import { describe, expect, it } from "vitest";
import { checkOptionNames, nearest } from "../../../core/authoring/option-names.ts";
import { said } from "../caught.ts";

const ALLOWED = ["concurrency", "debounce", "mode", "on"];

describe("the names of options", () => {
  it("pass if they are known", () => {
    expect(() => checkOptionNames({ mode: 1, on: undefined }, ALLOWED, "dag x")).not.toThrow();
  });

  it.each([
    ["concurency", "concurrency"],
    ["Concurrency", "concurrency"],
    ["debuonce", "debounce"],
    ["mod", "mode"],
    ["schedule", undefined],
    ["", "on"],
  ])("%j is near to %s", (name, candidate) => {
    expect(nearest(name, ALLOWED)).toBe(candidate);
  });

  it("are all listed when none is near", () => {
    expect(said(() => checkOptionNames({ schedule: 1 }, ALLOWED, "dag x"))).toBe(
      'E_OPTION: dag x has an unknown option "schedule". allowed are concurrency, debounce, mode, on',
    );
  });

  it("must be those of an object", () => {
    expect(said(() => checkOptionNames([], ALLOWED, "dag x", "E_POLICY"))).toBe("E_POLICY: the options of dag x are a list of 0, not an object");
  });
});
