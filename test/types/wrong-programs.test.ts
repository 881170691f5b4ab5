import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { PRELUDE, WRONG_PROGRAMS } from "./wrong-programs.ts";

describe("a wrong program gets an error that a person can act on", () => {
  const errors = new Map<string, string>();

  beforeAll(async () => {
    const files = Object.fromEntries(WRONG_PROGRAMS.map(({ code }, index) => [`program-${index}.ts`, `${PRELUDE}${code}\n`]));
    const printed = await compile({
      ...files,
      "right.ts": `${PRELUDE}dag("right", { on: all(raw, any(clean, customers), cron("@daily")) }, (d) => { d.task("t", { needs: { events: raw }, run: ({ events }) => events.length }); });\n`,
    });
    let file = "";
    for (const line of printed.split("\n")) {
      file = /^([\w-]+\.ts)\(/.exec(line)?.[1] ?? file;
      errors.set(file, `${errors.get(file) ?? ""}${line}\n`);
    }
  }, 60_000);

  it.each(WRONG_PROGRAMS.map((program, index) => ({ ...program, index })))("$title", ({ index, says }) => {
    expect(errors.get(`program-${index}.ts`) ?? "compiles").toContain(says);
  });

  it("while the right program next to them has none", () => {
    expect(errors.get("right.ts")).toBeUndefined();
  });

  it("and none of them talks of optional properties or depth", () => {
    const all = [...errors.values()].join("");
    expect(all).not.toContain("exactOptionalPropertyTypes");
    expect(all).not.toContain("TS2589");
  });
});
