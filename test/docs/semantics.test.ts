import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { simulate } from "../../registry/index.ts";
import { DEFAULT_RETENTION } from "../../store/retain.ts";
import { codeBlocks, readPage, sectionsOf } from "./markdown.ts";

const page = readPage("docs/semantics.md");

it("the scenario of the page runs, and starts its DAG once", () => {
  const result = simulate(JSON.parse(codeBlocks(page, "json")[0] ?? ""));
  expect(result.runs.map(({ dag, partition, status, events }) => [dag, partition, status, events.length])).toEqual([["mart", "2026-01-01", "succeeded", 2]]);
  expect([result.rejected, result.warnings]).toEqual([[], []]);
});

describe("what the page has decided, the machine does", () => {
  const data = { rows: 3, path: "a/b", none: null, list: ["x", "y"] };
  const time = "2026-06-01T08:00:30Z";

  function fateOf(where: { readonly [field: string]: Json }): string | undefined {
    const asset = "s3://lake/a";
    const { ledger } = simulate({ dags: [{ id: "dag", on: { asset, where } }], timeline: [{ at: "2026-06-01T08:00:30Z", event: { asset, data, time } }] });
    return ledger[0]?.fate;
  }

  it.each([
    ["an object without operators holds", { rows: {} }, "consumed"],
    ["and of nothing holds", { and: [] }, "consumed"],
    ["or of nothing does not", { or: [] }, "filtered"],
    ["? of a glob is a slash, too", { path: { glob: "a?b" } }, "consumed"],
    ["three stars are two", { path: { glob: "***" } }, "consumed"],
    ["between includes its start", { rows: { between: [3, 4] } }, "consumed"],
    ["between excludes its end", { rows: { between: [2, 3] } }, "filtered"],
    ["equal times of day are an empty span", { $time: { between: ["08:00", "08:00"] } }, "filtered"],
    ["times of day may have seconds", { $time: { between: ["08:00:30", "24:00"] } }, "consumed"],
    ["a null that is there exists", { none: { exists: true } }, "consumed"],
    ["a number in a path reads an element", { "list.1": "y" }, "consumed"],
    ["instants are compared as instants", { $time: "2026-06-01T10:00:30+02:00" }, "consumed"],
  ])("%s", (_, where, fate) => {
    expect(fateOf(where as { readonly [field: string]: Json })).toBe(fate);
  });

  it("a week belongs to the month of its Monday", () => {
    const { runs } = simulate({
      assets: [{ uri: "s3://lake/w", partitions: { grain: "week" } }],
      dags: [{ id: "dag", on: { asset: "s3://lake/w", partitions: { map: "rollup", grain: "month", wait: "any" } } }],
      timeline: [{ at: "2026-07-10T00:00:00Z", event: { asset: "s3://lake/w", partition: "2026-W27" } }],
    });
    expect(runs.map(({ partition }) => partition)).toEqual(["2026-06"]);
  });

  it("only a failed run gives its events back, not a cancelled one", () => {
    const fates = ["failed", "cancelled"].map((outcome) => {
      const { ledger } = simulate({
        dags: [{ id: "dag", on: { asset: "s3://lake/a" }, whenFailed: { return: 1 }, paused: false, runs: [{ outcome }, { duration: null }] }],
        timeline: [{ at: "2026-01-01T00:00:00Z", event: { asset: "s3://lake/a" } }],
      });
      return ledger[0]?.run;
    });
    expect(fates).toEqual(["dag/sim-2", "dag/sim-1"]);
  });

  it("a tick alone starts a run that takes nothing", () => {
    const { runs } = simulate({ dags: [{ id: "dag", on: { cron: "0 * * * *" } }], start: "2026-01-01T00:30:00Z", timeline: [{ at: "2026-01-01T01:00:00Z" }] });
    expect(runs.map(({ at, events }) => [at, events])).toEqual([["2026-01-01T01:00:00.000Z", []]]);
  });
});

it("the days that the page says are kept are those of the store", () => {
  const text =
    sectionsOf(page)
      .find(({ title }) => title === "Ledger and store")
      ?.text.replaceAll(/\s+/g, " ") ?? "";
  const said = new Map(
    [...text.matchAll(/([a-z ,]+?) (\d+)(?=[,.\n])/g)].flatMap(([, names = "", days]) => names.split(/,| and /).map((name) => [name.trim(), Number(days)])),
  );
  const { outbox, ...rest } = DEFAULT_RETENTION;
  const kept = { ...rest, "sent batches": outbox };
  for (const [name, days] of Object.entries(kept)) expect([name, said.get(name)]).toEqual([name, days]);
});
