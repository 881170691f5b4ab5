import { describe, expect, it } from "vitest";
import { payloadConverter } from "../../workflows/payload-converter.ts";
import { parseRunInput } from "../../workflows/run-input.ts";

const undecodable = payloadConverter.fromPayload({ metadata: { encoding: new TextEncoder().encode("binary/encrypted") }, data: new Uint8Array(3) });

describe("the input of a run", () => {
  it.each([[[]], [[null]], [[undefined]]])("may be nothing: %j", (args) => {
    expect(parseRunInput(args)).toEqual({});
  });

  it("is one object", () => {
    const input = {
      params: { a: 1 },
      partition: "2026-11-23",
      plan: "abc",
      key: "k",
      events: [],
      cause: { kind: "person", text: "x" },
      decision: { epoch: "e", sequence: 1 },
      hops: 3,
    };
    expect(parseRunInput([input])).toEqual(input);
  });

  it.each([
    ["two arguments", [{}, {}], "2 arguments"],
    ["text", ["now"], "a string"],
    ["a list", [[]], "a list"],
    ["an unknown field", [{ parmas: {} }], '"parmas"'],
    ["a field that Object has", [{ constructor: {} }], '"constructor"'],
    ["parameters that are no object", [{ params: [] }], '"params"'],
    ["an empty partition", [{ partition: "" }], '"partition"'],
    ["events that are none", [{ events: [{ asset: "a" }] }], '"events"'],
    ["hops below nothing", [{ hops: -1 }], '"hops"'],
    ["what cannot be decoded", [undecodable], "binary/encrypted"],
  ])("is refused if it is %s", (_, args, text) => {
    expect(() => parseRunInput(args)).toThrow(expect.objectContaining({ code: "E_RUN_INPUT", message: expect.stringContaining(text) }));
  });

  it("leaves alone what a newer release adds to a start that the registry decided", () => {
    const input = { decision: { epoch: "e", sequence: 1 }, later: { a: 1 } };
    expect(parseRunInput([input])).toEqual(input);
  });
});
