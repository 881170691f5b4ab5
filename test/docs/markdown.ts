import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every page for people: those at the top, and all below docs/. Paths from the root. */
export function pages(): readonly string[] {
  const below = readdirSync(join(ROOT, "docs"), { recursive: true }).map((path) => join("docs", String(path)));
  return ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "dags/README.md", "watchers/README.md", ...below.filter((path) => path.endsWith(".md")).sort()];
}

export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The code blocks of a language, in their order. */
export function codeBlocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, code]) => (name === language && code !== undefined ? [code] : []));
}

export interface Example {
  /** `testing/dags/orders.ts` where the code begins with `// dags/orders.ts`, else its number on the page. */
  readonly path: string;
  readonly code: string;
}

/** The programs in TypeScript of a page, each as a file of its own; they import one another by their names. */
export function examplesOf(page: string): readonly Example[] {
  const folder = page.replace(/\.md$/, "").replace(/\W+/g, "-").toLowerCase();
  return codeBlocks(readPage(page), "ts").map((code, index) => ({ path: `${folder}/${/^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `${index + 1}.ts`}`, code }));
}

export interface Section {
  readonly level: number;
  readonly title: string;
  readonly text: string;
}

/** The sections of a page; lines of code blocks are no headings. */
export function sectionsOf(text: string): readonly Section[] {
  const sections: { level: number; title: string; text: string }[] = [];
  let inCode = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) inCode = !inCode;
    const heading = inCode ? null : /^(#{1,6}) (.+)$/.exec(line);
    if (heading?.[1] !== undefined && heading[2] !== undefined) sections.push({ level: heading[1].length, title: heading[2], text: "" });
    else {
      const last = sections.at(-1);
      if (last !== undefined) last.text += `${line}\n`;
    }
  }
  return sections;
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}
