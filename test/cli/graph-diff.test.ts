import { describe, expect, it } from "vitest";
import { diffCatalogs, isUnchanged } from "../../cli/graph-diff.ts";
import { graphDiffSummary, graphDiffText } from "../../cli/graph-diff-text.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Definition } from "../../core/definition.ts";
import { all, asset, type Dag, dag } from "../../core/index.ts";
import { plain } from "./plain.ts";

const about = { description: "what it is", owner: "data" };
const raw = asset("s3://lake/raw", about);
const users = asset("s3://lake/users", about);
const clean = asset("s3://lake/clean", about);
const load = (timeout: "5m" | "10m" = "10m"): Dag => dag("load", { on: raw }, (d) => void d.task("copy", { timeout, outlets: [clean], run: () => 1 }));

function catalog(...definitions: object[]) {
  const { catalog: built, errors } = buildCatalog("headgate", definitions as Definition[], { taskQueue: "headgate" });
  expect(errors).toEqual([]);
  return built;
}
const textOf = (before: Parameters<typeof diffCatalogs>[0], after: Parameters<typeof diffCatalogs>[1]): string[] =>
  graphDiffText(diffCatalogs(before, after), plain.paint).split("\n");

describe("the graph diff", () => {
  it("shows a first deploy as added", () => {
    expect(textOf(undefined, catalog(load()))).toEqual(["+ dag load  runs on s3://lake/raw", "+ asset s3://lake/clean", "+ asset s3://lake/raw"]);
  });

  it("says that nothing changed", () => {
    const diff = diffCatalogs(catalog(load()), catalog(load()));
    expect(isUnchanged(diff)).toBe(true);
    expect(graphDiffText(diff, plain.paint)).toBe("the graph is unchanged");
    expect(graphDiffSummary(diff)).toBe("unchanged");
  });

  it("names each field of a DAG that changed, a task by its id, and milliseconds as a duration", () => {
    const after = dag("load", { on: all(raw, users), mode: "each" }, (d) => {
      const copy = d.task("copy", { timeout: "5m", outlets: [clean], run: () => 1 });
      d.task("tell", { needs: { copy }, run: () => 1 });
    });
    const lines = textOf(catalog(load()), catalog(after));
    expect(lines[0]).toBe("~ dag load");
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}runs on +s3:\/\/lake\/raw -> all\(s3:\/\/lake\/raw, s3:\/\/lake\/users\)$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}policy\.mode +\+ each$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}tasks\.copy\.timeout +10 min -> 5 min$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {4}tasks\.tell +\+ \{/));
    expect(lines).toContain("+ asset s3://lake/users");
  });

  it("shows what is gone, and counts it", () => {
    const other = dag("other", { on: users }, (d) => void d.task("work", { run: () => 1 }));
    const diff = diffCatalogs(catalog(load(), other), catalog(load("5m")));
    expect(graphDiffText(diff, plain.paint).split("\n")).toEqual(expect.arrayContaining(["- dag other", "- asset s3://lake/users"]));
    expect(graphDiffSummary(diff)).toBe("1 DAG changed, 1 DAG removed, 1 asset removed");
  });

  it("shows a changed asset", () => {
    const owned = (owner: string) => catalog(asset("s3://lake/raw", { ...about, owner }));
    expect(textOf(owned("data"), owned("sales"))).toEqual(["~ asset s3://lake/raw", "    owner  data -> sales"]);
  });
});
