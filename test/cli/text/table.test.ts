import { describe, expect, it } from "vitest";
import { renderTable } from "../../../cli/text/table.ts";
import { oneLine, textWidth, truncate } from "../../../cli/text/text-width.ts";

const columns = [
  { title: "NAME", value: (row: readonly [string, number, string]) => row[0] },
  { title: "COUNT", value: (row: readonly [string, number, string]) => row[1], align: "right" as const },
  { title: "ASSET", value: (row: readonly [string, number, string]) => row[2], cut: "middle" as const },
];

describe("a table", () => {
  it("aligns names to the left and numbers to the right, without a space at the end", () => {
    expect(
      renderTable(
        columns,
        [
          ["a", 1, "s3://a"],
          ["long-name", 1_000, "s3://b"],
        ],
        { width: Number.POSITIVE_INFINITY },
      ),
    ).toBe(["NAME       COUNT  ASSET", "a              1  s3://a", "long-name   1000  s3://b"].join("\n"));
  });

  it.each([
    [40, ["NAME  COUNT  ASSET", "a         1  s3://lake/ver…/thing/orders"]],
    [20, ["NAME  COUNT", "a         1"]],
  ])("cuts what may be cut to a terminal of %d columns, and leaves out what would say nothing", (width, expected) => {
    const text = renderTable(columns, [["a", 1, "s3://lake/very/long/path/a/thing/orders"]], { width });
    expect(text.split("\n")).toEqual(expected);
    for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  it("cuts what a person copies only when nothing else is left", () => {
    const withKey = [{ ...columns[0]!, cut: "middle" as const, key: true }, columns[1]!, columns[2]!];
    const row = ["orders-clean/1f0c2a9e-42", 1, "s3://lake/very/long/path"] as const;
    expect(renderTable(withKey, [row], { width: 40 }).split("\n")[1]).toBe("orders-clean/1f0c2a9e-42      1");
    expect(renderTable(withKey, [row], { width: 25 }).split("\n")[1]).toBe("orders-cl…c2a9e-42      1");
  });

  it("leaves a column out that is empty in all rows", () => {
    expect(renderTable(columns, [["a", 1, ""]], { width: 80 })).toBe("NAME  COUNT\na         1");
  });

  it("keeps columns aligned behind wide characters and colours", () => {
    const painted = [{ ...columns[0]!, paint: (text: string) => `\u001b[1m${text}\u001b[22m` }, columns[1]!];
    const [, first, second] = renderTable(
      painted,
      [
        ["日本", 1, ""],
        ["ab", 2, ""],
      ],
      { width: 80 },
    ).split("\n");
    expect(first).toBe("\u001b[1m日本\u001b[22m      1");
    expect(second).toBe("\u001b[1mab\u001b[22m        2");
  });

  it("does not let a value break its line or move the cursor", () => {
    const lines = renderTable(columns, [["a\nb\u001b[2J", 1, "x"]], { width: 80 }).split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^a b�\[2J/);
  });
});

describe("the width of a text", () => {
  it.each([
    ["plain", 5],
    ["日本語", 6],
    ["e\u0301", 1],
    ["👨‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["✓", 1],
    ["", 0],
  ])("%j takes %d columns", (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it.each([
    ["s3://lake/orders", 20, "end", "s3://lake/orders"],
    ["s3://lake/orders", 10, "end", "s3://lake…"],
    ["s3://lake/orders", 11, "middle", "s3://…rders"],
    ["日本語日本語", 6, "end", "日本…"],
    ["👨‍👩‍👧👨‍👩‍👧", 3, "end", "👨‍👩‍👧…"],
    ["abc", 1, "end", "…"],
    ["abc", 0, "end", ""],
  ] as const)("%j in %d columns, cut at the %s, is %j", (text, columnsLeft, cut, expected) => {
    expect(truncate(text, columnsLeft, cut)).toBe(expected);
    expect(textWidth(expected)).toBeLessThanOrEqual(columnsLeft);
  });

  it("shows a text with line breaks and escape codes on one harmless line", () => {
    expect(oneLine("a\r\n  b\u001b]0;title\u0007")).toBe("a b�]0;title�");
  });
});
