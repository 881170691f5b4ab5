import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import type { Condition, LeafCondition } from "../../core/authoring/condition-builder.ts";
import { absent, all, any, atLeast, cron, every, group, pattern, sequence } from "../../core/authoring/conditions.ts";
import { dag } from "../../core/authoring/dag.ts";
import type { Any } from "../../core/authoring/json-types.ts";
import type { ConditionNode } from "../../core/condition.ts";
import { allNodes, takenLeaves } from "../../core/conditions/condition-leaves.ts";
import { parseCondition } from "../../core/conditions/condition-schema.ts";

const assets = ["a", "b", "c"].map((name) => asset(`s3://lake/${name}`));
const leaf: fc.Arbitrary<Condition> = fc
  .tuple(
    fc.constantFrom<LeafCondition<Any>>(...assets, group("sales"), pattern("s3://lake/raw/*")),
    fc.constantFrom("plain", "where", "count", "both"),
    fc.integer({ min: 1, max: 9 }),
  )
  .map(([base, modifier, n]) => {
    switch (modifier) {
      case "where":
        return base.where({ rows: { gt: n } });
      case "count":
        return base.count(n);
      case "both":
        return base.where({ "deep.er": { in: [n, "x"] } }).count(n);
      default:
        return base;
    }
  });
const tick: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(cron("0 6 * * *"), every("15m"), absent(assets[0] as (typeof assets)[0], { for: "2h" }));

/** Any condition that the builders can make, to a depth that people write. */
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tick,
    fc
      .tuple(fc.constantFrom("all", "any", "sequence", "atLeast", "and", "or", "within", "unless", "by"), tie("condition"), tie("condition"))
      .map(([kind, one, other]) => {
        switch (kind) {
          case "all":
            return all(one, other);
          case "any":
            return any(one, other);
          case "sequence":
            return sequence(one, other);
          case "atLeast":
            return atLeast(1, one, other);
          case "and":
            return one.and(other);
          case "or":
            return one.or(other);
          case "within":
            return all(one, other).within("1h");
          case "unless":
            return one.unless(other);
          default:
            return all(one, other).by(["tenant", "partition"]);
        }
      }),
  ),
}));

describe("whatever the builders make", () => {
  it("is what the registry and `headgate simulate` read", () => {
    fc.assert(
      fc.property(condition, (built) => {
        expect(parseCondition(built.node, "on")).toEqual(built.node);
      }),
      { numRuns: 300 },
    );
  });

  it("survives JSON, and is frozen to the last node", () => {
    fc.assert(
      fc.property(condition, ({ node }) => {
        expect(JSON.parse(JSON.stringify(node))).toEqual(node);
        expect(allNodes(node).every((one) => Object.isFrozen(one))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("mentions exactly the assets that it remembers", () => {
    fc.assert(
      fc.property(condition, ({ node, assets: remembered }) => {
        const mentioned = allNodes(node).flatMap((one) => ("asset" in one ? [one.asset] : []));
        expect([...remembered.keys()].sort()).toEqual([...new Set(mentioned)].sort());
      }),
      { numRuns: 300 },
    );
  });

  it("gives events of the leaves that a run can take, and of no others", () => {
    fc.assert(
      fc.property(condition, ({ node }) => {
        const below = (one: ConditionNode): readonly ConditionNode[] =>
          "all" in one ? one.all : "any" in one ? one.any : "of" in one ? one.of : "sequence" in one ? one.sequence : [];
        const slow = (one: ConditionNode): readonly ConditionNode[] =>
          "asset" in one || "group" in one || "pattern" in one ? [one] : below(one).flatMap(slow);
        expect(takenLeaves(node)).toEqual(slow(node));
      }),
      { numRuns: 300 },
    );
  });

  it("makes a plan whose hash depends on nothing else", () => {
    fc.assert(
      fc.property(condition, condition, (one, other) => {
        const hashOf = (on: Condition): string => dag("x", { on }, () => undefined).plan.hash;
        expect(hashOf(one) === hashOf(other)).toBe(JSON.stringify(sorted(one.node)) === JSON.stringify(sorted(other.node)));
        expect(hashOf(one)).toBe(hashOf(one));
      }),
      { numRuns: 100 },
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, field]) => [key, sorted(field)]),
      )
    : value;
}
