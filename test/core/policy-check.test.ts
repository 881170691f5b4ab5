import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../core/duration.ts";
import type { Policy } from "../../core/policy.ts";
import { POLICY_FIELDS, readPolicy } from "../../core/policy-check.ts";
import { said } from "./caught.ts";

describe("a policy", () => {
  it("is what was said of it among the options of a DAG, and nothing else", () => {
    const policy: Required<Policy> = {
      mode: "latest",
      debounce: { quiet: "5s", max: "1m" },
      batch: { max: 10, wait: "1h" },
      throttle: { limit: 5, per: "1m" },
      once: { by: "hash", for: "24h" },
      concurrency: { total: 4, perKey: 2 },
      priority: -1,
      whenPaused: "latest",
      whenFailed: { pause: 3 },
      expireAfter: "7d",
      maxPending: 100,
      startAt: { since: "7d" },
      remember: "400d",
      paused: true,
      cycle: true,
    };
    const read = readPolicy({ ...policy, owner: "me" } as Policy, "dag x");
    expect(read).toEqual(policy);
    expect(Object.isFrozen(read) && Object.isFrozen(read.debounce)).toBe(true);
    expect(readPolicy({}, "dag x")).toEqual({});
  });

  it("has no field that is not read", () => {
    const text = readFileSync(new URL("../../core/policy.ts", import.meta.url), "utf8");
    const fields = [...text.matchAll(/^ {2}readonly (\w+)\?/gm)].map((match) => match[1]);
    expect([...POLICY_FIELDS].sort()).toEqual(fields.sort());
  });

  it.each<Policy>([
    { concurrency: 1 },
    { whenFailed: "return" },
    { whenFailed: { return: 1 } },
    { startAt: "now" },
    { batch: {} },
    { debounce: { quiet: "1m", max: "1m" } },
  ])("%j is good", (policy) => {
    expect(readPolicy(policy, "dag x")).toEqual(policy);
  });

  it.each<[unknown, RegExp]>([
    [{ mode: "some" }, /mode is "some"\. it is one of "batch", "each", "latest"/],
    [{ whenPaused: "stop" }, /whenPaused is "stop"/],
    [{ debounce: { quiet: "5s" } }, /debounce has no "max"/],
    [{ debounce: { quiet: "2m", max: "1m" } }, /debounce\.max 1m is shorter than debounce\.quiet 2m/],
    [{ debounce: "5s" }, /the options of dag x, debounce are a string/],
    [{ batch: { max: 0 } }, /batch\.max is 0\. give a whole number from 1 on/],
    [{ batch: { size: 1 } }, /dag x, batch has an unknown option "size"/],
    [{ throttle: { limit: 1.5, per: "1m" } }, /throttle\.limit is 1\.5/],
    [{ throttle: { limit: 1, per: "0s" } }, /throttle\.per is 0/],
    [{ once: { by: 1, for: "1h" } }, /once\.by is no path/],
    [{ once: { by: "a..b", for: "1h" } }, /^E_CONDITION/],
    [{ concurrency: 0 }, /concurrency is 0/],
    [{ concurrency: { perKey: "2" } }, /concurrency\.perKey is "2"/],
    [{ priority: "high" }, /priority high is no number/],
    [{ whenFailed: "stop" }, /whenFailed is "stop"/],
    [{ whenFailed: {} }, /whenFailed says none or both/],
    [{ whenFailed: { return: 1, pause: 1 } }, /whenFailed says none or both/],
    [{ whenFailed: { return: 0 } }, /whenFailed is 0/],
    [{ expireAfter: "0s" }, /expireAfter is 0/],
    [{ maxPending: 0 }, /maxPending is 0/],
    [{ startAt: "yesterday" }, /startAt is "yesterday"/],
    [{ startAt: {} }, /startAt has no "since"/],
    [{ paused: "yes" }, /paused is "yes"\. it is true or false/],
    [{ mode: new Date() }, /dag x\.mode is a Date/],
  ])("%j is refused", (policy, text) => {
    expect(said(() => readPolicy(policy as Policy, "dag x"))).toMatch(text);
  });

  it("is refused for a duration without a unit", () => {
    expect(said(() => readPolicy({ remember: "400" as never }, "dag x"))).toMatch(/^E_DURATION/);
    expect(parseDuration("400d")).toBe(400 * 86_400_000);
  });
});
