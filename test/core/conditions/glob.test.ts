import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlob } from "../../../core/conditions/glob.ts";
import { compilePattern } from "../../../core/conditions/pattern.ts";

describe("compileGlob", () => {
  it.each([
    ["abc", "abc", true],
    ["abc", "abcd", false],
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "abc", true],
    ["*", "a/b", false],
    ["**", "a/b/c", true],
    ["?", "a", true],
    ["?", "", false],
    ["?", "ab", false],
    ["?", "😀", true],
    ["a*", "a", true],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*.csv", "orders.csv", true],
    ["*.csv", "raw/orders.csv", false],
    ["**.csv", "raw/orders.csv", true],
    ["raw/*/orders", "raw/eu/orders", true],
    ["raw/*/orders", "raw/eu/west/orders", false],
    ["raw/**/orders", "raw/eu/west/orders", true],
    ["raw/**/orders", "raw/orders", false],
    ["a*/**b", "axx/y/zb", true],
    ["a***b", "a/b", true],
    ["part-?.parquet", "part-7.parquet", true],
    ["part-?.parquet", "part-77.parquet", false],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["(a|b)+", "(a|b)+", true],
    ["Orders*", "orders", false],
    ["a**", "a\nb", true],
    ["*é*", "caféx", true],
  ])("%j on %j is %j", (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it("agrees with a regular expression", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "😀"), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "**", "?", "😀"), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, (glob, subject) => {
        expect(compileGlob(glob)(subject)).toBe(toRegExp(glob).test(subject));
      }),
      { numRuns: 20_000 },
    );
  });

  it("agrees with a regular expression when the pattern is longer than a machine word", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 60, maxLength: 80 });
    fc.assert(
      fc.property(text, fc.array(fc.tuple(fc.nat(79), fc.constantFrom("*", "?", "**")), { maxLength: 8 }), fc.boolean(), (subject, holes, spoil) => {
        const characters = [...subject];
        for (const [at, wildcard] of holes) characters[at] = wildcard;
        const glob = `*${characters.join("")}*`;
        const tried = spoil ? `${subject.slice(0, 50)}b${subject.slice(50)}` : subject;
        expect(compileGlob(glob)(tried)).toBe(toRegExp(glob).test(tried));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes time in proportion to the text when both are made to be slow", () => {
    const matches = compileGlob(`${"*a".repeat(30)}*b**${"a*".repeat(30)}c`);
    const time = (length: number): number => {
      const text = `${"a".repeat(length)}x`;
      const before = performance.now();
      expect(matches(`${text}c`)).toBe(false);
      return performance.now() - before;
    };
    time(20_000);
    // Quadratic would be 10,000,000,000 steps, a backtracking expression would not end.
    expect(time(200_000)).toBeLessThan(10_000);
  });
});

describe("compilePattern", () => {
  it.each([
    ["s3://lake/raw/*", "s3://lake/raw/orders", true],
    ["s3://lake/raw/*/", "s3://lake/raw/orders", true],
    ["S3://lake//raw/*", "s3://lake/raw/orders", true],
    ["s3://lake/raw/*", "s3://lake/raw/a/b", false],
    ["s3://lake/**", "s3://lake/raw/a/b", true],
    ["**", "postgres://warehouse/x", true],
    ["**", "headgate://runs/mart", false],
    ["headgate://runs/*", "headgate://runs/mart", true],
    ["*://runs/*", "headgate://runs/mart", false],
  ])("%s on %s is %j", (pattern, uri, expected) => {
    expect(compilePattern(pattern)(uri)).toBe(expected);
  });
});

function toRegExp(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/\*{2,}|\*|\?/g, (wildcard) => (wildcard === "?" ? "." : wildcard === "*" ? "[^/]*" : ".*"))}$`, "su");
}
