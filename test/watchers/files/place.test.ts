import { expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { daily, keys, product } from "../../../core/authoring/partitions.ts";
import { placeOf } from "../../../watchers/files/place.ts";
import { assetOf } from "../../../watchers/map-items.ts";

const landing = assetOf({ publishes: asset("file:///lake/landing/{ds}/", { partitions: daily() }) });
const bucket = assetOf({ publishes: asset("s3://lake/raw/date={ds}/", { partitions: daily() }) });

it.each([
  { what: "the asset's URI", path: undefined, asset: landing, root: "/lake/landing", file: "2026-11-23/a.csv", partition: "2026-11-23" },
  { what: "a relative path with placeholders", path: "data/{ds}", asset: bucket, root: "/project/data", file: "2026-11-23/x/a.csv", partition: "2026-11-23" },
  { what: "a path, with the asset's placeholders", path: "data", asset: bucket, root: "/project/data", file: "date=2026-11-23/a.csv", partition: "2026-11-23" },
  { what: "an absolute path", path: "/data/", asset: bucket, root: "/data", file: "date=2026-11-23/a.csv", partition: "2026-11-23" },
  {
    what: "a placeholder in the file's name",
    path: "orders-{ds}.csv",
    asset: bucket,
    root: "/project",
    file: "orders-2026-11-23.csv",
    partition: "2026-11-23",
  },
  { what: "a path outside of the template", path: "data/{ds}/orders", asset: bucket, root: "/project/data", file: "2026-11-23/a.csv", partition: undefined },
  { what: "an asset without partitions", path: "data", asset: { uri: "s3://lake/raw" }, root: "/project/data", file: "x/a.csv", partition: undefined },
  { what: "signs that a URI escapes", path: "50%/{name}", asset: { uri: "s3://lake/raw" }, root: "/project/50%", file: "a?b#c/x.csv", partition: "a?b#c" },
])("finds folder and partition from $what", ({ path, asset: published, root, file, partition }) => {
  const place = placeOf(path, published, "/project");
  expect(place.root).toBe(root);
  expect(place.partitionOf(file)).toBe(partition);
});

it("puts the dimensions of a product in the order of the asset", () => {
  const orders = assetOf({ publishes: asset("file:///lake/{region}/{ds}/", { partitions: product(daily(), keys("eu", "us")) }) });
  expect(placeOf(undefined, orders, "/").partitionOf("eu/2026-11-23/a.csv")).toBe("2026-11-23|eu");
});

it.each([undefined, { uri: "s3://lake/raw" }, { uri: "file://nas/lake" }])("says what is missing when nothing names a folder (%j)", (published) => {
  expect(() => placeOf(undefined, published, "/project")).toThrow(expect.objectContaining({ code: "E_CONFIG", hint: expect.stringContaining("path") }));
});
