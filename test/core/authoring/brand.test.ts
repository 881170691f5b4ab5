import { describe, expect, it, vi } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { definitionsOf, isAssetDefinition, isDefinition, originOf } from "../../../core/authoring/brand.ts";
import { dag } from "../../../core/authoring/dag.ts";
import { watch } from "../../../core/authoring/watch.ts";
import { lines } from "../../types/source-of-lines.ts";
import { said } from "../caught.ts";

const raw = asset("s3://lake/raw");
const clean = dag("clean", { on: raw }, () => undefined);
const arrivals = watch("arrivals", lines(), { publishes: raw });

/** The package once more, as npm gives it when two versions are installed. */
async function secondCopy(): Promise<typeof import("../../../core/index.ts")> {
  vi.resetModules();
  return await import("../../../core/index.ts");
}

describe("definitions are recognised by a brand", () => {
  it.each([
    ["an asset", raw, "own"],
    ["a DAG", clean, "own"],
    ["a watcher", arrivals, "own"],
    ["a copy of its fields", { ...raw }, undefined],
    ["a condition", raw.keep(), undefined],
    ["an object with the same fields", { kind: "asset", uri: "s3://lake/raw" }, undefined],
    ["nothing", null, undefined],
    ["a text", "s3://lake/raw", undefined],
  ])("%s", (_, value, origin) => {
    expect(originOf(value)).toBe(origin);
    expect(isDefinition(value)).toBe(origin === "own");
  });

  it("which does not show in loops and comparisons", () => {
    expect(Object.getOwnPropertySymbols({ ...clean })).toEqual([]);
    expect(JSON.stringify(arrivals)).not.toContain("brand");
  });

  it("and are collected from the exports of a file, each once, lists looked into", () => {
    expect(definitionsOf({ raw, default: clean, all: [arrivals, raw, 7], helper: () => 1, text: "x", nothing: undefined }, "dags/a.ts")).toEqual([
      raw,
      clean,
      arrivals,
    ]);
  });

  it("those of a second copy of the package are reported instead of overlooked", async () => {
    const other = await secondCopy();
    const foreign = other.asset("s3://lake/other");
    expect(originOf(foreign)).toBe("foreign");
    expect(isAssetDefinition(foreign)).toBe(true);
    expect(said(() => definitionsOf({ raw, foreign }, "dags/a.ts"))).toMatch(
      /^E_PACKAGE_COPY: the export "foreign" of dags\/a\.ts was made by another copy of the headgate package.*npm ls headgate/s,
    );
    expect(said(() => definitionsOf({ list: [foreign] }, "dags/a.ts"))).toMatch(/^E_PACKAGE_COPY/);
  });
});
