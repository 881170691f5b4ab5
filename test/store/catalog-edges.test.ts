import fc from "fast-check";
import { expect, it } from "vitest";
import { compileGlob } from "../../core/conditions/glob.ts";
import { freshnessUri } from "../../core/freshness-events.ts";
import { edgesOf, toRegularExpression } from "../../store/catalog-edges.ts";
import { catalog, plan } from "./facts.ts";

it.each([
  ["s3://lake/raw/*", "s3://lake/raw/orders", true],
  ["s3://lake/raw/*", "s3://lake/raw/orders/eu", false],
  ["s3://lake/raw/", "s3://lake/raw", true],
  ["s3://lake/**", "s3://lake/raw/orders/eu", true],
  ["s3://lake/v?.(1+1)[a]{2}$^|\\", "s3://lake/v1.(1+1)[a]{2}$^|\\", true],
  ["s3://lake/v?.(1+1)", "s3://lake/v1x(1+1)", false],
])("reads the pattern %s for %s as the registry does", (pattern, uri, matches) => {
  expect(new RegExp(toRegularExpression(pattern)).test(uri)).toBe(matches);
});

it("agrees with the registry's patterns on any text", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "?", "(", "\\", "+") });
  fc.assert(
    fc.property(text, text, (pattern, tail) => {
      const glob = `x${pattern}`.replace(/\/+$/, "");
      const uri = `x${tail}`.replace(/\/+$/, "");
      expect(new RegExp(toRegularExpression(glob)).test(uri)).toBe(compileGlob(glob)(uri));
    }),
  );
});

it("names each edge once, with how it counts", () => {
  const a = { asset: "s3://a" };
  const edges = edgesOf(
    catalog("c", {
      dags: [
        plan("d", { all: [a, { any: [a, { ...a, keep: true }] }, { atLeast: 1, of: [{ every: "1h" }, { absent: a, for: "2h" }] }], unless: a }, ["s3://b"]),
      ],
    }),
  );
  expect(edges.map((edge) => `${edge.fromId} ${edge.how} ${edge.toId}`)).toEqual([
    "s3://a on d",
    "s3://a keep d",
    "s3://a absent d",
    "s3://a unless d",
    "d outlet s3://b",
  ]);
});

it("leads from an asset to its freshness where a DAG waits for that, and from a DAG to its end", () => {
  const on = { any: [{ asset: freshnessUri("s3://lake/raw") }, { asset: "headgate://runs/load" }] };
  expect(edgesOf(catalog("c", { dags: [plan("refresh", on)] })).map(({ fromId, how, toId }) => `${fromId} ${how} ${toId}`)).toEqual([
    "headgate://freshness/s3/lake/raw on refresh",
    "s3://lake/raw freshness headgate://freshness/s3/lake/raw",
    "headgate://runs/load on refresh",
    "load end headgate://runs/load",
  ]);
});
