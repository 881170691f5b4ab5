import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PartitionDefinition } from "../../../core/condition.ts";
import { parseTemplate } from "../../../core/uri/template.ts";

describe("the identity of a template", () => {
  it.each([
    ["s3://lake/raw/orders/date={ds}/", "s3://lake/raw/orders"],
    ["s3://lake/raw/date={ds}/orders", "s3://lake/raw/orders"],
    ["s3://lake/{region}/raw/{ds}/{hour}", "s3://lake/raw"],
    ["s3://lake/{ds}", "s3://lake"],
    ["file:///landing/{ds}.csv", "file:///landing"],
  ])("%s is %s", (uri, identity) => {
    expect(parseTemplate(uri).identity).toBe(identity);
  });

  it("of a URI without placeholders is the URI, which has no template", () => {
    const plain = parseTemplate("S3://lake//a/");
    expect(plain.identity).toBe("s3://lake/a");
    expect(plain.template).toBeUndefined();
    expect(plain.partitionOf("s3://lake/a")).toBeUndefined();
    expect(() => plain.uriOf("2026-01-01")).toThrow(expect.objectContaining({ code: "E_PARTITION" }));
  });
});

describe("a template as the parser of concrete URIs", () => {
  it.each([
    ["s3://lake/orders/date={ds}/", "s3://lake/orders/date=2026-11-23/", "2026-11-23"],
    ["s3://lake/orders/date={ds}/", "S3://lake//orders/date=2026-11-23", "2026-11-23"],
    ["s3://lake/orders/date={ds}/", "s3://lake/orders/date=2026-W02", "2026-W02"],
    ["s3://lake/orders/date={ds}/", "s3://lake/orders", undefined],
    ["s3://lake/orders/date={ds}/", "s3://lake/orders/date=", undefined],
    ["s3://lake/orders/date={ds}/", "s3://lake/orders/date=2026-11-23/part-0", undefined],
    ["s3://lake/orders/date={ds}/", "s3://Lake/orders/date=2026-11-23", undefined],
    ["s3://lake/orders/date={ds}/", "no uri", undefined],
    ["s3://lake/o/{ds}/{hour}", "s3://lake/o/2026-11-01/01", "2026-11-01T01"],
    ["s3://lake/o/{ds}/{hour}", "s3://lake/o/2026-11-01/01-05:00", "2026-11-01T01-05:00"],
    ["s3://lake/o/{ds}/{hour}", "s3://lake/o/2026-11-01/1", undefined],
    ["s3://lake/o/{ds}/{hour}/{minute}", "s3://lake/o/2026-11-01/01/30", "2026-11-01T01:30"],
    ["s3://lake/o/{year}/{month}/{day}", "s3://lake/o/2026/11/01", "2026-11-01"],
    ["s3://lake/o/{day}-{month}-{year}", "s3://lake/o/01-11-2026", "2026-11-01"],
    ["s3://lake/o/{year}/{month}", "s3://lake/o/2026/11", "2026-11"],
    ["s3://lake/o/{year}/{month}", "s3://lake/o/2026/1", undefined],
    ["s3://lake/o/{year}", "s3://lake/o/2026", "2026"],
    ["s3://lake/o/{hour}", "s3://lake/o/2026-11-01T01", "2026-11-01T01"],
    ["s3://lake/o/{month}", "s3://lake/o/2026-11", "2026-11"],
    ["s3://lake/{region}/o/{ds}", "s3://lake/eu/o/2026-11-01", "eu|2026-11-01"],
    ["s3://lake/{ds}/o/{ds}", "s3://lake/2026-11-01/o/2026-11-01", "2026-11-01"],
    ["s3://lake/{ds}/o/{ds}", "s3://lake/2026-11-01/o/2026-11-02", undefined],
    ["s3://lake/t={tenant}", "s3://lake/t=a%2Fb", "a/b"],
    ["s3://lake/t={tenant}", "s3://lake/t=50%", "50%"],
    ["s3://lake/{region}-{ds}.csv", "s3://lake/eu-west-2026-11-01.csv", "eu|west-2026-11-01"],
  ])("%s reads %s as %j", (template, concrete, partition) => {
    expect(parseTemplate(template).partitionOf(concrete)).toBe(partition);
  });

  it("finds the partition of what lies below it", () => {
    const template = parseTemplate("s3://lake/orders/date={ds}/");
    expect(template.partitionUnder("s3://lake/orders/date=2026-11-23/part-0.parquet")).toBe("2026-11-23");
    expect(template.partitionUnder("s3://lake/orders/date=2026-11-23")).toBe("2026-11-23");
    expect(template.partitionUnder("s3://lake/orders/part-0.parquet")).toBeUndefined();
  });

  it("puts the parts of a product key into the order of the definition", () => {
    const template = parseTemplate("s3://lake/{region}/o/{ds}", { product: [{ grain: "day" }, { keys: ["eu", "us"] }] });
    expect(template.partitionOf("s3://lake/eu/o/2026-11-01")).toBe("2026-11-01|eu");
    expect(template.uriOf("2026-11-01|eu")).toBe("s3://lake/eu/o/2026-11-01");
  });

  it.each([
    ["s3://lake/{region}/{week}", { product: [{ grain: "week" }, { keys: ["eu"] }] }, "s3://lake/eu/2026-W02", "2026-W02|eu"],
    ["s3://lake/{region}/{year}/{month}", { product: [{ grain: "month" }, { keys: ["eu"] }] }, "s3://lake/eu/2026/02", "2026-02|eu"],
    ["s3://lake/{tenant}/{region}", { product: [{ dynamic: true }, { keys: ["eu"] }] }, "s3://lake/acme/eu", "acme|eu"],
    ["s3://lake/{partition}", { grain: "quarter" }, "s3://lake/2026-Q1", "2026-Q1"],
  ] as [string, PartitionDefinition, string, string][])("%s with %j reads %s as %s", (uri, definition, concrete, key) => {
    const template = parseTemplate(uri, definition);
    expect(template.partitionOf(concrete)).toBe(key);
    expect(template.uriOf(key)).toBe(concrete);
  });

  it("refuses a template whose parts are not the dimensions of the asset", () => {
    expect(() => parseTemplate("s3://lake/{region}/o/{ds}", { grain: "day" })).toThrow(expect.objectContaining({ code: "E_PARTITION" }));
  });

  it("reads back what it writes", () => {
    const template = parseTemplate("s3://lake/{region}/o/date={ds}/");
    const key = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[|\p{Cc}]|\s$/u.test(text) && text.trim() === text);
    fc.assert(
      fc.property(key, fc.integer({ min: 0, max: 20_000 }), (region, day) => {
        const partition = `${region}|${new Date(day * 86_400_000).toISOString().slice(0, 10)}`;
        expect(template.partitionOf(template.uriOf(partition))).toBe(partition);
      }),
    );
  });

  it("refuses a key that has not its parts", () => {
    expect(() => parseTemplate("s3://lake/{ds}/{hour}").uriOf("2026-11-01")).toThrow(expect.objectContaining({ code: "E_PARTITION" }));
  });
});

describe("a malformed template", () => {
  it.each([
    "s3://{bucket}/a",
    "s3://lake/a?d={ds}",
    "s3://lake/{}",
    "s3://lake/{ds",
    "s3://lake/ds}",
    "s3://lake/{a}{b}",
    "s3://lake/{a b}",
    "s3://lake/{a}.{b}.{c}.{d}",
  ])("%s is refused", (uri) => {
    expect(() => parseTemplate(uri)).toThrow(expect.objectContaining({ code: "E_ASSET_URI" }));
  });
});
