import { describe, expect, it } from "vitest";
import { readEvents } from "../../cli/read-events.ts";

describe("events from stdin", () => {
  const one = { asset: "s3://lake/a", id: "1" };
  const two = { asset: "s3://lake/b", data: { text: "two\nlines" } };

  it.each([
    ["one object", JSON.stringify(one, undefined, 2), [one]],
    ["an array", JSON.stringify([one, two]), [one, two]],
    ["one a line, with empty lines", `${JSON.stringify(one)}\n\n${JSON.stringify(two)}\n`, [one, two]],
  ])("are read from %s", (_form, text, expected) => {
    expect(readEvents(text, "stdin", undefined)).toEqual(expected);
  });

  it("take the asset of the argument where they name none", () => {
    expect(readEvents('{"id":"1"}\n{"asset":"s3://lake/b"}', "stdin", "s3://lake/a")).toEqual([{ asset: "s3://lake/a", id: "1" }, { asset: "s3://lake/b" }]);
  });

  it.each([
    ["", "E_EVENT", "stdin", "empty"],
    ['{"asset":"s3://lake/a"}\n{oops', "E_USAGE", "stdin:2", "this is not JSON: {oops"],
    ['[{"asset":"s3://lake/a"}, 3]', "E_EVENT", "stdin[1]", "got 3"],
    ['{"id":"1"}', "E_EVENT", "stdin", "names no asset"],
  ])("refuse %j with %s and the place", (text, code, where, what) => {
    expect(() => readEvents(text, "stdin", undefined)).toThrow(expect.objectContaining({ code, where, message: expect.stringContaining(what) }));
  });
});
