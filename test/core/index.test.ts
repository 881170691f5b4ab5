import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { WARNING_CODES } from "../../core/authoring/warning.ts";
import { ERROR_CODES } from "../../core/error-codes.ts";
import * as headgate from "../../core/index.ts";

describe("the public entry", () => {
  it("has these names and no others", () => {
    expect(Object.keys(headgate).sort()).toEqual(
      [
        ...["ERROR_CODES", "HeadgateError", "NonRetryableError", "RetryAfterError", "asset", "dag", "watch", "defineConfig", "defineSource"],
        ...["absent", "all", "any", "atLeast", "cron", "every", "freshness", "group", "pattern", "runEnds", "sequence", "allEvents", "contractFile"],
        ...["daily", "dynamic", "hourly", "keys", "minutely", "monthly", "product", "quarterly", "weekly", "yearly"],
        ...["dimensions", "everySlice", "fanOut", "latestSlice", "mapKeys", "offset", "rollup", "same", "window"],
      ].sort(),
    );
  });

  it("begins with the words that everything uses", () => {
    const text = readFileSync(new URL("../../core/index.ts", import.meta.url), "utf8");
    const words = [...text.matchAll(/^ \* \| ([a-z, ]+) \| /gm)].map((match) => match[1]);
    expect(words).toEqual([
      "word",
      "asset",
      "partition",
      "event",
      "publish",
      "watcher",
      "source",
      "condition",
      "consumer",
      "dag, task, run, attempt",
      "outlet",
      "registry",
      "ledger",
      "store",
    ]);
  });

  it("has nothing that `await` would call, so that no builder can be mistaken for a promise", () => {
    const built = headgate.asset("s3://lake/index");
    for (const value of [built, built.keep(), headgate.all(built), headgate.dag("index", { on: built }, () => undefined), headgate.daily()]) {
      expect(value).not.toHaveProperty("then");
    }
  });
});

describe("codes", () => {
  it.each(Object.entries({ ...ERROR_CODES, ...WARNING_CODES }))("%s has a meaning in one line", (code, meaning) => {
    expect(code).toMatch(/^[EW](_[A-Z]+)+$/);
    expect(meaning).toMatch(/^[^\n]{10,120}[^.\n]$/);
  });
});
