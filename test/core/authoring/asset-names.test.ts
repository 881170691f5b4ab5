import { describe, expect, it } from "vitest";
import { checkAssetNames } from "../../../core/authoring/asset-names.ts";
import type { CatalogAsset } from "../../../core/catalog.ts";
import { normalizeUri } from "../../../core/uri/uri.ts";

const described = (uri: string): CatalogAsset => ({ uri: normalizeUri(uri), schema: false, owner: "me", description: "what it holds", tags: [], meta: {} });
const codesOf = (uri: string) => checkAssetNames(described(uri)).map((warning) => warning.code);

describe("the name of an asset", () => {
  it.each([
    "s3://lake/raw/orders",
    "s3://lake/orders.parquet",
    "postgres://warehouse/clean/fact_orders",
    "kafka://cluster/orders",
    "file:///landing/orders",
    "s3://lake/2026-plan-of-the-year-to-come/orders",
    "https://api.example.com/v2/orders",
    "s3://lake/part-numbers",
    "s3://lake/customers/19001",
    "s3://lake/model-2026/orders",
    "s3://lake/sku/201512345",
  ])("%s is fine", (uri) => {
    expect(codesOf(uri)).toEqual([]);
  });

  it.each(["s3://lake", "gs://lake/", "kafka://cluster", "postgres://warehouse", "postgres://warehouse/sales", "file:///"])("%s is too coarse", (uri) => {
    expect(codesOf(uri)).toEqual(["W_ASSET_COARSE"]);
  });

  it.each([
    ["s3://lake/orders/2026-11-23.csv", "2026-11-23", "s3://lake/orders/{ds}.csv"],
    ["s3://lake/orders/date=2026-11-23", "2026-11-23", "s3://lake/orders/date={ds}"],
    ["s3://lake/orders_20261123.csv", "20261123", "s3://lake/orders_{ds}.csv"],
    ["s3://lake/orders/2026-11/all.csv", "2026-11", 's3://lake/orders/{month}/all.csv", { partitions: monthly()'],
    ["s3://lake/orders/2026-11-23T10.csv", "2026-11-23T10", "s3://lake/orders/{hour}.csv"],
    ["s3://lake/orders/year=2026", "2026", "s3://lake/orders/year={year}"],
    ["s3://lake/orders/2026-Q4", "2026-Q4", "s3://lake/orders/{quarter}"],
    ["s3://lake/orders/2026-W47", "2026-W47", "s3://lake/orders/{week}"],
    ["s3://lake/orders/2026", "2026", "s3://lake/orders/{year}"],
  ])("%s is too fine, for its date", (uri, date, template) => {
    const [warning] = checkAssetNames(described(uri));
    expect(warning?.code).toBe("W_ASSET_FINE");
    expect(warning?.text).toContain(`holds the date "${date}"`);
    expect(warning?.hint).toContain(template);
  });

  it.each([
    ["s3://lake/orders/5f0c8f2e-8d2c-4a0e-9d0e-0c7c5b1a2f3e.parquet", "s3://lake/orders"],
    ["s3://lake/orders/5f0c8f2e8d2c4a0e9d0e0c7c5b1a2f3e/x", "s3://lake/orders"],
    ["s3://lake/orders/part-00017.parquet", "s3://lake/orders"],
    ["s3://lake/orders/part-00017-abc.snappy.parquet", "s3://lake/orders"],
  ])("%s is too fine, for its file", (uri, folder) => {
    const [warning] = checkAssetNames(described(uri));
    expect(warning).toMatchObject({ code: "W_ASSET_FINE", where: `asset ${uri}` });
    expect(warning?.hint).toContain(`name the folder that it lies in: ${folder}`);
  });
});

describe("what people said of an asset", () => {
  it("is missed if it is missing", () => {
    const bare: CatalogAsset = { uri: "s3://lake/orders", schema: false, tags: [], meta: {} };
    expect(checkAssetNames(bare).map(({ code, text }) => `${code}: ${text}`)).toEqual([
      "W_ASSET_OWNER: asset s3://lake/orders has no owner",
      "W_ASSET_DESCRIPTION: asset s3://lake/orders has no description",
    ]);
  });
});
