import { expect, it } from "vitest";
import type { SourceAsset } from "../../../core/source.ts";
import { placeOf } from "../../../watchers/s3/place.ts";

const daily = { grain: "day", tz: "UTC" } as const;
const orders: SourceAsset = { uri: "s3://lake/raw/orders", template: "s3://lake/raw/orders/date={ds}", partitions: daily };
const plain: SourceAsset = { uri: "s3://lake/raw/orders" };

it.each([
  ["the asset's template", {}, orders, { bucket: "lake", uri: "s3://lake/raw/orders", prefix: "raw/orders/date=" }],
  ["the asset's URI without placeholders", {}, plain, { bucket: "lake", uri: "s3://lake/raw/orders", prefix: "raw/orders" }],
  ["a bucket of its own, from its top", { bucket: "other" }, plain, { bucket: "other", uri: "s3://other", prefix: "" }],
  ["a prefix in the asset's bucket", { prefix: "in/" }, plain, { bucket: "lake", uri: "s3://lake/in", prefix: "in" }],
  ["a prefix with placeholders of its own", { bucket: "b", prefix: "in/{year}/{month}/{day}/" }, undefined, { bucket: "b", uri: "s3://b/in", prefix: "in/" }],
  ["a name with a percent sign", { bucket: "b", prefix: "100%/" }, undefined, { bucket: "b", uri: "s3://b/100%25", prefix: "100%" }],
])("takes %s", (_, options, asset, expected) => {
  expect(placeOf(options, asset)).toMatchObject(expected);
});

it.each([
  ["raw/orders/date=2026-11-23/a.csv", "date=2026-11-23/a.csv", "2026-11-23"],
  ["raw/orders/date=2026-11-23/x/ä b+c.csv", "date=2026-11-23/x/ä b+c.csv", "2026-11-23"],
  ["raw/orders/someday/a.csv", "someday/a.csv", undefined],
  ["raw/orders-old/date=2026-11-23/a.csv", undefined, undefined],
])("the key %s lies at %s, in the partition %s", (key, path, partition) => {
  const place = placeOf({}, orders);
  expect(place.pathOf(key)).toBe(path);
  expect(place.partitionOf(key)).toBe(partition);
});

it("an asset without placeholders is a folder, or one object of that name", () => {
  const place = placeOf({}, { uri: "s3://lake/raw/orders.csv" });
  expect(place.pathOf("raw/orders.csv")).toBe("orders.csv");
  expect(place.pathOf("raw/orders.csv/a")).toBe("a");
  expect(place.pathOf("raw/orders.csv.bak")).toBeUndefined();
});

it("knows the folder of a partition", () => {
  expect(placeOf({}, orders).folderOf("2026-11-23")).toBe("raw/orders/date=2026-11-23/");
  expect(placeOf({}, plain).folderOf("2026-11-23")).toBeUndefined();
});

it.each([
  ["nothing in S3", {}, { uri: "postgres://warehouse/clean/x" }, "is nothing in S3"],
  ["a directory bucket", { bucket: "fast--use1-az5--x-s3" }, undefined, "directory bucket"],
])("refuses %s", (_, options, asset, message) => {
  expect(() => placeOf(options, asset)).toThrow(message);
});
