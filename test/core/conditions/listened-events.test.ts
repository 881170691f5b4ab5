import { expect, it } from "vitest";
import type { ConditionNode } from "../../../core/condition.ts";
import { listenedEvents } from "../../../core/conditions/listened-events.ts";

const A = "s3://lake/a";
const B = "s3://lake/b";

it.each<readonly [string, ConditionNode, readonly string[] | null, boolean]>([
  [
    "an asset, with what clears it and what must not come",
    { all: [{ asset: A }, { absent: { asset: B }, for: "1h" }], unless: { asset: "s3://lake/c" } },
    [A, B, "s3://lake/c"],
    true,
  ],
  ["another spelling", { asset: "S3://lake//b/" }, [B], true],
  ["another asset", { asset: A }, [A], false],
  ["a clock", { every: "1h" }, [], false],
  ["a pattern", { pattern: "s3://lake/*" }, null, true],
  ["another pattern", { any: [{ asset: A }, { pattern: "s3://pond/*" }] }, null, false],
  ["a group: any event may bring its name along", { group: "sales" }, null, true],
])("%s", (_, on, assets, hasB) => {
  const listened = listenedEvents(on);
  expect([listened.assets, listened.mayHave({ asset: B })]).toEqual([assets, hasB]);
});
