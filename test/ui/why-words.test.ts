import { describe, expect, it } from "vitest";
import type { DagExplanation, GatheredGroup } from "../../ui/src/api/schema.gen.ts";

import { whyOf } from "../../ui/src/pages/dag/why-words.ts";

const waits: GatheredGroup = {
  ...{ key: "", partition: null, due: false, blocked: [], pending: 0, stored: 0, events: [] },
  tree: { kind: "asset", text: "s3://lake/raw", due: false, waitsFor: "an event of s3://lake/raw" },
};
const due: GatheredGroup = {
  ...waits,
  due: true,
  pending: 3,
  blocked: [{ by: "throttle", until: null, text: "2 runs in 1h are allowed" }],
  tree: { ...waits.tree, due: true },
};
const still: DagExplanation = {
  ...{
    kind: "consumer" as const,
    dag: "orders",
    project: "sales",
    condition: "s3://lake/raw",
    registeredAt: "2026-11-23T00:00:00.000Z",
    paused: null,
    held: null,
    faulted: null,
  },
  ...{ running: [], failed: { runs: 0, events: 0 }, work: [], groups: [waits], moreGroups: 0, next: null, lastSeen: [], text: "" },
};
const by = { since: "2026-11-23T06:00:00.000Z", by: "ada" };

describe("why a DAG does or does not run, in one sentence", () => {
  it.each<[string, Partial<DagExplanation>, string]>([
    ["nothing has come", {}, "Waits for an event of s3://lake/raw."],
    ["some of it is there", { groups: [{ ...waits, pending: 1 }] }, "1 event there, waits for an event of s3://lake/raw."],
    [
      "some of it is there for one day",
      { groups: [{ ...waits, key: "2026-11-23", pending: 1 }] },
      "2026-11-23: 1 event there, waits for an event of s3://lake/raw.",
    ],
    ["it is due and held back", { groups: [due] }, "Due with 3 events, and held back: 2 runs in 1h are allowed."],
    ["it runs", { running: [{ run: "orders/1-1", key: "", since: by.since }] }, "It runs now."],
    ["it is paused", { paused: by, groups: [due] }, "It is paused by ada. 3 events wait for it to be resumed."],
    ["everything is held", { held: by }, "Nothing starts: the whole registry is held by ada."],
    ["its condition threw", { faulted: "boom" }, "Its condition is quarantined: boom"],
    ["it has no condition", { condition: null, groups: [] }, "It has no condition: people, schedules and other runs start it."],
  ])("%s", (_, change, sentence) => expect(whyOf({ ...still, ...change }).head.text).toBe(sentence));

  it("what stops it as a whole comes before what holds back a key, and that before what failed", () => {
    const { head, more } = whyOf({ ...still, paused: by, groups: [due], failed: { runs: 1, events: 2 } });
    expect([head, ...more].map(({ status }) => status)).toEqual(["paused", "waiting", "failed"]);
  });
});
