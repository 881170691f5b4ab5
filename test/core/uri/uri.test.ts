import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HeadgateError } from "../../../core/errors.ts";
import { normalizePattern, normalizeUri } from "../../../core/uri/uri.ts";

describe("normalizeUri", () => {
  it.each([
    ["s3://lake/a", "s3://lake/a"],
    ["S3://lake/a", "s3://lake/a"],
    ["s3://Lake/Raw", "s3://Lake/Raw"],
    ["gs://Bucket/A", "gs://Bucket/A"],
    ["abfss://Container@Account.dfs.core.windows.net/A", "abfss://Container@Account.dfs.core.windows.net/A"],
    ["s3://lake/a/", "s3://lake/a"],
    ["s3://lake/a///", "s3://lake/a"],
    ["s3://lake//a///b", "s3://lake/a/b"],
    ["s3://lake/", "s3://lake"],
    ["HTTPS://Example.COM/A/B", "https://example.com/A/B"],
    ["https://example.com:443/a", "https://example.com/a"],
    ["http://example.com:80", "http://example.com"],
    ["http://example.com:8080/a", "http://example.com:8080/a"],
    ["http://example.com:/a", "http://example.com/a"],
    ["Postgres://Warehouse:5432/Clean/Fact", "postgres://warehouse/Clean/Fact"],
    ["postgres://reader@Warehouse:5433/a", "postgres://reader@warehouse:5433/a"],
    ["postgres://reader:@warehouse/a", "postgres://reader@warehouse/a"],
    ["kafka://broker:9092/topic", "kafka://broker/topic"],
    ["kafka://A:9092,B:9093/topic", "kafka://a,b:9093/topic"],
    ["http://[::1]:80/a", "http://[::1]/a"],
    ["https://x.org/a?b=2&a=1", "https://x.org/a?a=1&b=2"],
    ["https://x.org/a/?b=2&&a=1&a=0", "https://x.org/a?a=1&a=0&b=2"],
    ["https://x.org/a?", "https://x.org/a"],
    ["https://x.org/a#part", "https://x.org/a"],
    ["https://x.org/a?b=1#part?c", "https://x.org/a?b=1"],
    ["file:///landing//in/", "file:///landing/in"],
    ["file:/landing/in", "file:///landing/in"],
    ["FILE://localhost/landing/in", "file:///landing/in"],
    ["file:///", "file:///"],
    ["urn:isbn:1", "urn:isbn:1"],
    ["headgate://runs/orders", "headgate://runs/orders"],
    ["s3://lake/raw/date={ds}/", "s3://lake/raw/date={ds}"],
    ["s3://lake/a b/ü", "s3://lake/a b/ü"],
  ])("%s is %s", (written, normal) => {
    expect(normalizeUri(written)).toBe(normal);
    expect(normalizeUri(normal)).toBe(normal);
  });

  it.each([
    ["", "it is empty"],
    ["lake/a", "it has no scheme"],
    ["/landing/a", "it has no scheme"],
    ["//lake/a", "it has no scheme"],
    ["C:\\landing", "it has no scheme"],
    [" s3://lake/a", "it begins with a blank"],
    ["s3://lake/a ", "it ends with a blank"],
    ["s3://lake/a /#b", "it ends with a blank"],
    ["s3://lake/a\nb", "it holds a control character"],
    ["s3://", "it names nothing after the scheme"],
    ["s3:///", "it names nothing after the scheme"],
    ["http://a:b/c", "its host is malformed"],
    ["urn:", "it names nothing after the scheme"],
    ["file:landing", "a file URI needs an absolute path"],
    ["postgres://me:secret@host/a", "it carries a password"],
  ])("refuses %j: %s", (uri, why) => {
    expect(() => normalizeUri(uri)).toThrow(expect.objectContaining({ code: "E_ASSET_URI", message: expect.stringContaining(why) }));
  });

  it.each([undefined, null, 7, {}, ["s3://a/b"]])("refuses %j, which is no text", (value) => {
    expect(() => normalizeUri(value as string)).toThrow(HeadgateError);
  });

  it("never shows a password in its message", () => {
    expect(() => normalizeUri("postgres://me:secret@host/a")).toThrow(expect.objectContaining({ message: expect.not.stringContaining("secret") }));
  });

  it("is the same when it is applied twice", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "B", "/", "?", "&", "=", "#", ":", "@", ".", "{", "}", "8", "0", "é", " ", "%") });
    fc.assert(
      fc.property(fc.constantFrom("s3", "HTTP", "Postgres", "file", "urn"), fc.constantFrom(":", "://", ":///"), text, (scheme, colon, rest) => {
        const normal = attempt(() => normalizeUri(scheme + colon + rest));
        if (normal !== undefined) expect(normalizeUri(normal)).toBe(normal);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("normalizePattern", () => {
  it.each([
    ["S3://Lake//raw/*/", "s3://Lake/raw/*"],
    ["https://Example.com:443/a?c", "https://example.com/a?c"],
    ["**", "**"],
    ["*://lake/**", "*://lake/**"],
    ["file:///landing/*/", "file:///landing/*"],
    ["**/orders/", "**/orders"],
  ])("%s is %s", (written, normal) => {
    expect(normalizePattern(written)).toBe(normal);
  });
});

function attempt(make: () => string): string | undefined {
  try {
    return make();
  } catch (error) {
    expect(HeadgateError.is(error)).toBe(true);
    return undefined;
  }
}
