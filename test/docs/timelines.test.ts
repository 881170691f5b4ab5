import { describe, expect, it } from "vitest";
import { codeBlocks, pages, readPage } from "./markdown.ts";
import { drawTimeline } from "./timeline.ts";

const timelines = pages().flatMap((page) => codeBlocks(readPage(page), "timeline").map((text) => ({ page, name: text.split("\n")[0] ?? "", text })));

describe("the timelines of the pages are what the registry does", () => {
  it("there are some", () => {
    expect(timelines.length).toBeGreaterThan(12);
  });

  it.each(timelines)("$page: $name", ({ text }) => {
    expect(text).toBe(drawTimeline(text));
  });
});
