import { describe, expect, it } from "vitest";
import { compileFreshness, type FreshnessPolicy, freshnessText, readFreshness, staleAt } from "../../core/freshness.ts";
import { assetOfFreshness, freshnessUri } from "../../core/freshness-events.ts";
import { asset, freshness } from "../../core/index.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import { caught } from "./caught.ts";

const t = (text: string): number => Date.parse(text.length > 10 ? `${text}:00Z` : `${text}T00:00:00Z`);

/** `state since -> next`, each as minutes of the day or a date. */
function judge(policy: FreshnessPolicy, watched: string, updated: string | null, now: string): string {
  const { state, since, next } = compileFreshness(policy)({ watchedSince: t(watched), updatedAt: updated === null ? null : t(updated) }, t(now));
  const text = (at: number | null): string => (at === null ? "an update" : new Date(at).toISOString().slice(5, 16));
  return `${state} since ${text(since)} until ${text(next)}`;
}

describe("within", () => {
  const policy = { within: "26h" } as const;
  it.each([
    ["is fresh from an update on", "2026-03-01", "2026-03-02T00:00", "2026-03-02T00:00", "fresh since 03-02T00:00 until 03-03T02:00"],
    ["is stale when it is that old, and not before", "2026-03-01", "2026-03-02T00:00", "2026-03-03T01:59", "fresh since 03-02T00:00 until 03-03T02:00"],
    ["is stale from then on", "2026-03-01", "2026-03-02T00:00", "2026-03-03T02:00", "stale since 03-03T02:00 until an update"],
    ["is unknown while it could still come in time", "2026-03-01", null, "2026-03-01T12:00", "unknown since 03-01T00:00 until 03-02T02:00"],
    ["is stale if nothing came since somebody looks", "2026-03-01", null, "2026-03-02T02:00", "stale since 03-02T02:00 until an update"],
  ])("%s", (_, watched, updated, now, expected) => expect(judge(policy, watched, updated, now)).toBe(expected));
});

describe("by a deadline", () => {
  const six = { by: "0 6 * * *" } as const;
  const recent = { by: "0 6 * * *", within: "2h" } as const;
  const london = { by: "0 2 * * *", tz: "Europe/London" } as const;
  it.each([
    ["an update since the deadline before makes it", six, "2026-03-01", "2026-03-02T06:01", "2026-03-03T06:00", "fresh since 03-02T06:01 until 03-04T06:00"],
    ["one at the deadline is in time", six, "2026-03-01", "2026-03-03T06:00", "2026-03-03T06:00", "fresh since 03-03T06:00 until 03-04T06:00"],
    ["one at the deadline before is not", six, "2026-03-01", "2026-03-02T06:00", "2026-03-03T06:00", "stale since 03-03T06:00 until an update"],
    [
      "it is stale since the last deadline that it missed",
      six,
      "2026-03-01",
      "2026-03-01T07:00",
      "2026-03-05T12:00",
      "stale since 03-05T06:00 until an update",
    ],
    ["an update after the deadline ends it", six, "2026-03-01", "2026-03-03T07:00", "2026-03-03T07:00", "fresh since 03-03T07:00 until 03-04T06:00"],
    ["between deadlines its age does not matter", six, "2026-03-01", "2026-03-02T06:01", "2026-03-04T05:59", "fresh since 03-02T06:01 until 03-04T06:00"],
    [
      "with within, too early an update does not count",
      recent,
      "2026-03-01",
      "2026-03-03T04:00",
      "2026-03-03T06:00",
      "stale since 03-03T06:00 until an update",
    ],
    ["with within, a late enough one does", recent, "2026-03-01", "2026-03-03T04:01", "2026-03-03T06:00", "fresh since 03-03T04:01 until 03-04T06:00"],
    [
      "a window that began before anybody looked says nothing",
      six,
      "2026-03-02T12:00",
      null,
      "2026-03-03T06:00",
      "unknown since 03-02T12:00 until 03-04T06:00",
    ],
    ["the first whole window does", six, "2026-03-02T12:00", null, "2026-03-04T06:00", "stale since 03-04T06:00 until an update"],
    ["a short window is whole sooner", recent, "2026-03-02T12:00", null, "2026-03-03T06:00", "stale since 03-03T06:00 until an update"],
    ["the zone moves it in summer", london, "2026-07-01", "2026-07-02T00:59", "2026-07-02T01:00", "fresh since 07-02T00:59 until 07-03T01:00"],
    [
      "an hour that a zone skips ends at the gap",
      { by: "30 1 * * *", tz: "Europe/London" },
      "2026-03-27",
      null,
      "2026-03-29T01:00",
      "stale since 03-29T01:00 until an update",
    ],
    ["a leap day is found years back", { by: "0 0 29 2 *" }, "2019-01-01", null, "2027-01-01", "stale since 02-29T00:00 until an update"],
    ["each minute, too", { by: "* * * * *" }, "2026-03-01", "2026-03-01T00:10", "2026-03-01T00:12", "stale since 03-01T00:12 until an update"],
    ["a deadline that never comes asks for nothing", { by: "0 0 31 2 *" }, "2026-03-01", null, "2026-04-01", "unknown since 03-01T00:00 until an update"],
  ] as const)("%s", (_, policy, watched, updated, now, expected) => expect(judge(policy, watched, updated, now)).toBe(expected));
});

it.each([
  [{ within: "2h" }, "2026-03-01T00:00", "2026-03-01T02:00"],
  [{ by: "0 6 * * *" }, "2026-03-01T05:00", "2026-03-02T06:00"],
  [{ by: "0 6 * * *" }, "2026-03-01T06:00", "2026-03-02T06:00"],
  [{ by: "0 6 * * *" }, "2026-03-01T06:01", "2026-03-03T06:00"],
  [{ by: "0 6 * * *", within: "2h" }, "2026-03-01T03:00", "2026-03-01T06:00"],
  [{ by: "0 * * * *", within: "5h" }, "2026-03-01T00:30", "2026-03-01T06:00"],
] as const)("with %j an asset of %s becomes stale at %s", (policy, updated, stale) => expect(staleAt(compileFreshness(policy), t(updated))).toBe(t(stale)));

it.each([
  [{ within: "26h" }, "within 26h"],
  [{ by: "0 6 * * *", tz: "Europe/Paris" }, "by 0 6 * * * Europe/Paris"],
  [{ by: "0 6 * * *", within: "6h" }, "by 0 6 * * * UTC, at most 6h old then"],
] as const)("%j is told as %s", (policy, text) => expect(freshnessText(readFreshness(policy, "asset"))).toBe(text));

it.each([
  ["nothing", {}, "E_OPTION", "neither within nor by"],
  ["a zone alone", { within: "1h", tz: "UTC" }, "E_OPTION", "tz without by"],
  ["another field", { within: "1h", warn: "2h" }, "E_OPTION", "unknown option"],
  ["no time at all", { within: "0s" }, "E_DURATION", "always be stale"],
  ["no cron expression", { by: "at six" }, "E_CRON", "no cron expression"],
  ["no zone", { by: "@daily", tz: "Mars" }, "E_CRON", "no time zone"],
])("a policy with %s is refused", (_, policy, code, text) => {
  const error = caught(() => asset("s3://lake/a", { freshness: policy as never }));
  expect(error.code).toBe(code);
  expect(error.message).toContain(text);
});

it.each([
  ["s3://Lake/raw/orders", "headgate://freshness/s3/Lake/raw/orders"],
  ["postgres://warehouse:5433/a/b", "headgate://freshness/postgres/warehouse:5433/a/b"],
  ["file:///landing/orders", "headgate://freshness/file:/landing/orders"],
  ["file://nas/landing", "headgate://freshness/file/nas/landing"],
  ["urn:isbn:1", "headgate://freshness/urn:isbn:1"],
  ["s3://lake", "headgate://freshness/s3/lake"],
  ["https://api.example/rates?from=eur&to=usd", "headgate://freshness/https/api.example/rates?from=eur&to=usd"],
])("the freshness of %s is %s, in its one spelling", (uri, expected) => {
  expect(freshnessUri(uri)).toBe(expected);
  expect(normalizeUri(expected)).toBe(expected);
  expect(assetOfFreshness(expected)).toBe(normalizeUri(uri));
});

it.each(["headgate://freshness/x", "headgate://freshness/1x/y", "headgate://runs/load"])("%s is the freshness of nothing", (uri) => {
  expect(assetOfFreshness(uri)).toBeUndefined();
});

it("freshness(asset) is a condition that brings its asset along, and one without a policy is refused", () => {
  const orders = asset("s3://lake/orders", { freshness: { within: "1h" } });
  const stale = freshness(orders).where({ state: "stale" });
  expect(stale.node).toEqual({ asset: "headgate://freshness/s3/lake/orders", where: { state: "stale" } });
  expect([...stale.assets.keys()]).toEqual(["s3://lake/orders"]);
  expect(freshness("s3://lake/orders").uri).toBe("headgate://freshness/s3/lake/orders");
  expect(caught(() => freshness(asset("s3://lake/other"))).message).toContain("s3://lake/other has no freshness");
});
