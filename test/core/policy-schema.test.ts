import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../core/policy-schema.ts";

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
    [{ cycle: 1 }, "dags[0].cycle", "E_POLICY"],
  ])("%j is refused at %s", (policy, where, code) => {
    expect(() => parsePolicy(policy, "dags[0]")).toThrow(expect.objectContaining({ code, where }));
  });
});
