import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { POLICY_KEYS, parsePolicy, readPolicy } from "../../../core/conditions/policy-schema.ts";
import type { Policy } from "../../../core/policy.ts";

describe("a policy that is well-formed", () => {
  it.each([
    {},
    { mode: "each", priority: -3, paused: true, cycle: false },
    { debounce: { quiet: "10s", max: "10s" }, batch: { max: 10 }, throttle: { limit: 1, per: "1h" } },
    { batch: { wait: "5m" }, once: { by: "file.hash", for: "24h" } },
    { concurrency: 4 },
    { concurrency: { total: 4 } },
    { concurrency: { total: 4, perKey: 2 } },
    { concurrency: {} },
    { whenPaused: "latest", whenFailed: "hold", expireAfter: "7d", maxPending: 100 },
    { whenFailed: { return: 3 }, startAt: "now" },
    { whenFailed: { pause: 3 }, startAt: { since: "7d" }, remember: "30d" },
  ])("%j is taken as it is", (policy) => {
    expect(parsePolicy(policy, "dags[0]")).toEqual(policy);
  });
});

describe("a policy that is not", () => {
  it.each([
    [null, "dags[0]", "E_POLICY"],
    [{ retries: 3 }, "dags[0]", "E_POLICY"],
    [{ mode: "all" }, "dags[0].mode", "E_POLICY"],
    [{ debounce: { quiet: "10s" } }, "dags[0].debounce", "E_POLICY"],
    [{ debounce: { quiet: "10s", max: "5s" } }, "dags[0].debounce", "E_POLICY"],
    [{ debounce: { quiet: "10", max: "5s" } }, "dags[0].debounce.quiet", "E_DURATION"],
    [{ debounce: { quiet: "0s", max: "5s" } }, "dags[0].debounce.quiet", "E_POLICY"],
    [{ debounce: "10s" }, "dags[0].debounce", "E_POLICY"],
    [{ batch: { max: 0 } }, "dags[0].batch.max", "E_POLICY"],
    [{ batch: { size: 5 } }, "dags[0].batch", "E_POLICY"],
    [{ throttle: { limit: 0, per: "1h" } }, "dags[0].throttle.limit", "E_POLICY"],
    [{ throttle: { limit: 1 } }, "dags[0].throttle", "E_POLICY"],
    [{ once: { by: "hash" } }, "dags[0].once", "E_POLICY"],
    [{ once: { by: "a..b", for: "1h" } }, "dags[0].once.by", "E_CONDITION"],
    [{ concurrency: 0 }, "dags[0].concurrency", "E_POLICY"],
    [{ concurrency: "4" }, "dags[0].concurrency", "E_POLICY"],
    [{ concurrency: { perKey: 1.5 } }, "dags[0].concurrency.perKey", "E_POLICY"],
    [{ concurrency: { max: 1 } }, "dags[0].concurrency", "E_POLICY"],
    [{ priority: "high" }, "dags[0].priority", "E_POLICY"],
    [{ whenPaused: "skip" }, "dags[0].whenPaused", "E_POLICY"],
    [{ whenFailed: "retry" }, "dags[0].whenFailed", "E_POLICY"],
    [{ whenFailed: {} }, "dags[0].whenFailed", "E_POLICY"],
    [{ whenFailed: { return: 3, pause: 3 } }, "dags[0].whenFailed", "E_POLICY"],
    [{ whenFailed: { return: 0 } }, "dags[0].whenFailed.return", "E_POLICY"],
    [{ expireAfter: 5 }, "dags[0].expireAfter", "E_DURATION"],
    [{ maxPending: 0 }, "dags[0].maxPending", "E_POLICY"],
    [{ startAt: "beginning" }, "dags[0].startAt", "E_POLICY"],
    [{ startAt: { since: "long" } }, "dags[0].startAt.since", "E_DURATION"],
    [{ remember: "0d" }, "dags[0].remember", "E_POLICY"],
    [{ paused: "yes" }, "dags[0].paused", "E_POLICY"],
    [{ catchUp: "soon" }, "dags[0].catchUp", "E_DURATION"],
    [{ cycle: 1 }, "dags[0].cycle", "E_POLICY"],
  ])("%j is refused at %s", (policy, where, code) => {
    expect(() => parsePolicy(policy, "dags[0]")).toThrow(expect.objectContaining({ code, where }));
  });
});

describe("the policy of a DAG in code", () => {
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
      catchUp: "1d",
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
    const text = readFileSync(new URL("../../../core/policy.ts", import.meta.url), "utf8");
    const fields = [...text.matchAll(/^ {2}readonly (\w+)\?/gm)].map((match) => match[1]);
    expect([...POLICY_KEYS].sort()).toEqual(fields.sort());
  });

  it("is refused for what is no JSON", () => {
    expect(() => readPolicy({ mode: new Date() } as never, "dag x")).toThrow(
      expect.objectContaining({ code: "E_POLICY", message: expect.stringContaining("dag x.mode") }),
    );
  });
});
