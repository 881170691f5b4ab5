import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WARNING_CODES } from "../../core/authoring/warning.ts";
import { ERROR_CODES } from "../../core/error-codes.ts";
import { ROOT, readPage, sectionsOf } from "./markdown.ts";

const sections = sectionsOf(readPage("docs/errors.md")).filter(({ title }) => /^[EW]_/.test(title));
const codes = sections.map(({ title }) => title);

/** Codes of warnings that stand as texts in the code, such as those of the registry. */
function warningsInCode(): readonly string[] {
  const folders = ["core", "registry", "interpreter", "workflows", "watchers", "store", "client", "activities", "testing", "runtime", "api", "cli"];
  const files = folders.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((path) => join(ROOT, folder, String(path))));
  const texts = files.filter((file) => file.endsWith(".ts")).map((file) => readFileSync(file, "utf8"));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/(?<![A-Z0-9_])W_[A-Z_]+\b/g)].map(([code]) => code)))];
}

describe("docs/errors.md and the code have the same codes", () => {
  it("every error has a section, and every section an error", () => {
    expect(codes.filter((code) => code.startsWith("E_")).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it("every warning has a section, and every section a warning", () => {
    const warnings = new Set([...Object.keys(WARNING_CODES), ...warningsInCode()]);
    expect(codes.filter((code) => code.startsWith("W_")).sort()).toEqual([...warnings].sort());
  });

  it("no section is there twice", () => {
    expect(codes).toHaveLength(new Set(codes).size);
  });

  it.each(sections)("$title says where it comes from and what to do", ({ text }) => {
    expect(text).toMatch(/^- \*\*Where from:\*\* .{20,}/m);
    expect(text).toMatch(/^- \*\*What to do:\*\* .{5,}/m);
  });
});
