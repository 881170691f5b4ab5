import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset } from "../../../core/authoring/asset.ts";
import { originOf } from "../../../core/authoring/brand.ts";
import { daily, dynamic, hourly, keys, product } from "../../../core/authoring/partitions.ts";
import { caught, said } from "../caught.ts";

describe("an asset", () => {
  it("carries its normalised identity and all that people said of it, frozen", () => {
    const schema = z.object({ key: z.string(), size: z.number().optional() });
    const raw = asset("S3://Lake//raw/orders/date={ds}/", {
      partitions: daily({ tz: "Europe/London", start: "2026-01-01" }),
      schema,
      owner: "data-platform",
      description: "one file for each order",
      tags: ["raw"],
      groups: "sales",
      meta: { pii: false },
      freshness: { within: "26h" },
    });
    expect(raw.uri).toBe("s3://Lake/raw/orders");
    expect(raw.catalog).toEqual({
      uri: "s3://Lake/raw/orders",
      template: "s3://Lake/raw/orders/date={ds}",
      partitions: { grain: "day", tz: "Europe/London", start: "2026-01-01" },
      groups: ["sales"],
      schema: true,
      jsonSchema: expect.objectContaining({ type: "object", required: ["key"] }),
      owner: "data-platform",
      description: "one file for each order",
      tags: ["raw"],
      meta: { pii: false },
      freshness: { within: "26h" },
    });
    expect(raw.schema).toBe(schema);
    expect(originOf(raw)).toBe("own");
    expect(Object.isFrozen(raw) && Object.isFrozen(raw.catalog) && Object.isFrozen(raw.catalog.meta) && Object.isFrozen(raw.catalog.tags)).toBe(true);
    expect(JSON.parse(JSON.stringify(raw.catalog))).toEqual(raw.catalog);
  });

  it("needs nothing but its URI", () => {
    const bare = asset("postgres://warehouse/clean/orders");
    expect(bare.catalog).toEqual({ uri: "postgres://warehouse/clean/orders", schema: false, tags: [], meta: {} });
    expect(bare).not.toHaveProperty("schema");
  });

  it("is a condition on itself", () => {
    const raw = asset("s3://lake/raw/{partition}", { partitions: dynamic() });
    expect(raw.node).toEqual({ asset: "s3://lake/raw" });
    expect([...raw.assets]).toEqual([["s3://lake/raw", raw]]);
  });

  it("keeps what was said when the caller changes the options afterwards", () => {
    const meta: Record<string, string> = { team: "a" };
    const tags = ["x"];
    const raw = asset("s3://lake/raw", { meta, tags });
    meta.team = "b";
    tags.push("y");
    expect(raw.catalog).toMatchObject({ meta: { team: "a" }, tags: ["x"] });
  });

  it.each([
    ["orders", /^E_ASSET_URI: .*no asset URI/s],
    ["s3://", /^E_ASSET_URI/],
    ["", /^E_ASSET_URI/],
    ["postgres://me:secret@warehouse/clean", /^E_ASSET_URI: .*password/s],
    ["headgate://runs/x", /^E_ASSET_URI: .*scheme headgate.*runEnds/s],
  ])("refuses the URI %j", (uri, text) => {
    expect(said(() => asset(uri))).toMatch(text);
  });

  it("does not print the password that it refuses", () => {
    expect(said(() => asset("postgres://me:hunter2@warehouse/clean"))).not.toContain("hunter2");
  });

  it("refuses what is no schema, no duration, no JSON and no option", () => {
    expect(said(() => asset("s3://lake/a", { schema: { parse: () => 1 } as never }))).toMatch(/^E_SCHEMA: .*s3:\/\/lake\/a.*Standard Schema/s);
    expect(caught(() => asset("s3://lake/a", { freshness: { within: "26" as never } })).code).toBe("E_DURATION");
    expect(said(() => asset("s3://lake/a", { meta: { since: new Date() as never } }))).toContain("meta.since is a Date, which is not JSON");
    expect(said(() => asset("s3://lake/a", { ownr: "me" } as never))).toBe('E_OPTION: asset s3://lake/a has an unknown option "ownr". did you mean "owner"?');
  });
});

describe("the placeholders of a template are those of its partitions", () => {
  it.each([
    ["s3://lake/a/{ds}", daily()],
    ["s3://lake/a/{year}/{month}/{day}", daily()],
    ["s3://lake/a/{partition}", daily()],
    ["s3://lake/a/{ds}/{hour}", hourly()],
    ["s3://lake/a/{partition}", hourly()],
    ["s3://lake/a/{region}", keys("eu", "us")],
    ["s3://lake/a/{partition}", dynamic()],
    ["s3://lake/{region}/a/{ds}", product(daily(), keys("eu", "us"))],
    ["s3://lake/a", daily()],
  ])("%s", (uri, partitions) => {
    expect(asset(uri, { partitions }).uri).toBe("s3://lake/a");
  });

  it.each([
    [
      "s3://lake/a/{ds}",
      undefined,
      "E_PARTITION: asset s3://lake/a/{ds} has the placeholder {ds} but no partitions. say which slices it has: partitions: daily()",
    ],
    ["s3://lake/a/{ds}/{hour}", undefined, /partitions: hourly\(\)$/],
    ["s3://lake/a/{tenant}", undefined, /partitions: dynamic\(\)$/],
    ["s3://lake/a/{ds}", hourly(), /^E_PARTITION: .*\{ds\}, but its partitions are by hour\. write \{ds\} \{hour\} or/s],
    ["s3://lake/a/{hour}", daily(), /by day\. write \{ds\}/],
    [
      "s3://lake/a/{dss}",
      daily(),
      "E_ASSET_URI: asset s3://lake/a/{dss} has the unknown placeholder {dss}. a day is written as {ds} or {year} {month} {day} or {day}, or {partition} alone",
    ],
    ["s3://lake/a/{ds}/{region}", daily(), /^E_ASSET_URI: .*unknown placeholder \{region\}/s],
    ["s3://lake/a/{ds}", keys("eu", "us"), /not by time/],
    ["s3://lake/a/{ds}", product(daily(), keys("eu", "us")), /too few placeholders: \{ds\}/],
    ["s3://lake/a/{region}", product(daily(), keys("eu", "us")), /^E_PARTITION/],
    ["s3://lake/a/{ds}/{region}/{tenant}", product(daily(), keys("eu", "us")), /unknown placeholder \{tenant\}/],
  ])("%s is refused", (uri, partitions, text) => {
    const message = said(() => asset(uri, partitions === undefined ? {} : { partitions }));
    expect(message).toMatch(text instanceof RegExp ? text : new RegExp(`^${text.replace(/[{}()]/g, "\\$&")}$`));
  });
});
