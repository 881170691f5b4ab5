import { describe, expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import type { Condition } from "../../../core/authoring/condition-builder.ts";
import { absent, all, any, group, pattern } from "../../../core/authoring/conditions.ts";
import { type Dag, dag } from "../../../core/authoring/dag.ts";
import { checkCycles, longestChain } from "../../../core/conditions/check-cycles.ts";
import { runEnds } from "../../../core/run-ends.ts";

const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => asset(`s3://lake/${name}`, name === "c" ? { groups: ["sales"] } : {})) as [
  ReturnType<typeof asset>,
  ReturnType<typeof asset>,
  ReturnType<typeof asset>,
  ReturnType<typeof asset>,
  ReturnType<typeof asset>,
];
const ASSETS = [a, b, c, d, e].map((one) => one.catalog);

/** A DAG with a condition and the outlets of its one task. */
function step(id: string, on: Condition | null, outlets: readonly (typeof a)[], options: { cycle?: boolean; own?: boolean } = {}): Dag {
  const { own = false, ...policy } = options;
  return dag(id, { on: on as never, ...policy, ...(own ? { outlets } : {}) }, (scope) => scope.task("work", { ...(own ? {} : { outlets }), run: () => 1 }));
}
const cyclesOf = (...dags: readonly Dag[]) =>
  checkCycles(
    dags.map((one) => one.plan.plan),
    ASSETS,
  ).map((cycle) => cycle.text);

describe("cycles of assets and DAGs", () => {
  it.each<[string, readonly Dag[], readonly string[]]>([
    ["a chain has none", [step("x", a, [b]), step("y", b, [c]), step("z", all(a, b, c), [d])], []],
    ["a diamond has none", [step("x", a, [b]), step("y", a, [c]), step("z", all(b, c), [d])], []],
    ["two DAGs that feed each other", [step("x", a, [b]), step("y", b, [a])], ["s3://lake/a -> dag x -> s3://lake/b -> dag y -> s3://lake/a"]],
    ["a DAG that feeds itself", [step("x", a, [a])], ["s3://lake/a -> dag x -> s3://lake/a"]],
    ["through an outlet of the DAG as a whole", [step("x", a, [a], { own: true })], ["s3://lake/a -> dag x -> s3://lake/a"]],
    [
      "one deep in a condition",
      [step("x", all(d, any(a, c).within("1h")), [b]), step("y", b.keep().or(d), [a])],
      ["s3://lake/a -> dag x -> s3://lake/b -> dag y -> s3://lake/a"],
    ],
    [
      "through a pattern",
      [step("x", pattern("s3://lake/{a,b}".replace("{a,b}", "?")), [d]), step("y", d, [a])],
      ["s3://lake/a -> dag x -> s3://lake/d -> dag y -> s3://lake/a"],
    ],
    ["through a group", [step("x", group("sales"), [d]), step("y", d, [c])], ["s3://lake/c -> dag x -> s3://lake/d -> dag y -> s3://lake/c"]],
    ["but not through its own pattern", [step("x", pattern("s3://lake/*"), [a])], []],
    ["and not through its own group", [step("x", group("sales"), [c])], []],
    ["a DAG on the absence of its own outlet is none", [step("x", absent(a, { for: "1h" }), [a])], []],
    ["a DAG that its own outlet clears is none", [step("x", b.unless(a), [a])], []],
    ["a DAG on the ends of its own runs", [step("x", runEnds("x"), [])], ["headgate://runs/x -> dag x -> headgate://runs/x"]],
    [
      "two DAGs on each other's ends",
      [step("x", runEnds("y"), []), step("y", runEnds("x"), [])],
      ["headgate://runs/y -> dag x -> headgate://runs/x -> dag y -> headgate://runs/y"],
    ],
    ["a pattern over everything does not see the ends of runs", [step("x", pattern("*://**"), []), step("y", runEnds("x"), [])], []],
    [
      "a pattern over the ends of runs does",
      [step("x", pattern("headgate://runs/*"), []), step("y", runEnds("x"), [])],
      ["headgate://runs/y -> dag x -> headgate://runs/x -> dag y -> headgate://runs/y"],
    ],
    ["cycle: true allows it", [step("x", a, [b]), step("y", b, [a], { cycle: true })], []],
    ["but only where it stands", [step("x", a, [b]), step("y", b, [a], { cycle: true }), step("z", any(b, c), [c])], ["s3://lake/c -> dag z -> s3://lake/c"]],
    [
      "two knots are both told",
      [step("x", a, [a]), step("y", b, [c]), step("z", c, [b])],
      ["s3://lake/a -> dag x -> s3://lake/a", "s3://lake/b -> dag y -> s3://lake/c -> dag z -> s3://lake/b"],
    ],
    [
      "a knot is told once, by its shortest way",
      [step("p", a, [b]), step("q", b, [c, a]), step("r", c, [a])],
      ["s3://lake/a -> dag p -> s3://lake/b -> dag q -> s3://lake/a"],
    ],
    [
      "a DAG before the knot is not part of it",
      [step("a-first", d, [a]), step("x", a, [b]), step("y", b, [a, c]), step("z-last", c, [e])],
      ["s3://lake/a -> dag x -> s3://lake/b -> dag y -> s3://lake/a"],
    ],
    ["DAGs without a condition end every way", [step("x", null, [a]), step("y", a, [b])], []],
  ])("%s", (_, dags, cycles) => {
    expect(cyclesOf(...dags)).toEqual(cycles);
    expect(cyclesOf(...[...dags].reverse())).toEqual(cycles);
  });

  it("name the DAGs on them, in order", () => {
    const [cycle] = checkCycles([step("x", a, [b]).plan.plan, step("y", b, [a]).plan.plan], ASSETS);
    expect(cycle?.dags).toEqual(["x", "y"]);
  });

  it("are found among twenty thousand DAGs in a chain, without a stack overflow and without a wait", () => {
    const plain = step("x", null, []).plan.plan;
    const chain = Array.from({ length: 20_000 }, (_, n) => ({
      ...plain,
      dag: `d${n}`,
      on: { asset: `s3://lake/n${n}` },
      outlets: [{ asset: `s3://lake/n${n + 1}`, schema: false }],
    }));
    expect(checkCycles(chain, [])).toEqual([]);
    const closed = chain.with(-1, { ...chain[0], ...chain.at(-1), outlets: [{ asset: "s3://lake/n0", schema: false }] } as (typeof chain)[0]);
    expect(checkCycles(closed, [])[0]?.dags).toHaveLength(20_000);
  });
});

describe("the longest chain", () => {
  it.each<[string, readonly Dag[], number]>([
    ["of nothing is 0", [], 0],
    ["of one DAG is 1", [step("x", a, [b])], 1],
    ["counts DAGs, by the longest way", [step("x", a, [b, c]), step("y", b, [c]), step("z", c, [d])], 3],
    ["leaves cycles out", [step("x", a, [b]), step("y", b, [a], { cycle: true }), step("z", c, [d])], 1],
  ])("%s", (_, dags, length) => {
    expect(
      longestChain(
        dags.map((one) => one.plan.plan),
        ASSETS,
      ),
    ).toBe(length);
  });
});
