import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorOf, pages, ROOT, readPage, sectionsOf } from "./markdown.ts";

interface Link {
  readonly page: string;
  readonly target: string;
}

const links: readonly Link[] = pages().flatMap((page) => {
  const text = readPage(page).replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => ({ page, target: match[1] ?? "" })).filter(({ target }) => !/^https?:/.test(target));
});

describe("links between the pages lead somewhere", () => {
  it("there are some", () => {
    expect(links.length).toBeGreaterThan(20);
  });

  it.each(links)("$page to $target", ({ page, target }) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), path));
    expect(existsSync(join(ROOT, file)), `${file} does not exist`).toBe(true);
    if (anchor === undefined || statSync(join(ROOT, file)).isDirectory()) return;
    expect(sectionsOf(readFileSync(join(ROOT, file), "utf8")).map(({ title }) => anchorOf(title))).toContain(anchor);
  });
});
