import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import { stateOf, step } from "../../registry/index.ts";
import { previewDeploy } from "../../registry/preview.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const AB: ConditionNode = { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] };

function gathered() {
  const registry = deployed(catalogOf({ d: { on: AB } }));
  step(registry, [{ kind: "publish", events: [a("1"), a("2")] }], NOW + 1);
  return registry;
}
const preview = (dags: Parameters<typeof catalogOf>[0], more: Parameters<typeof catalogOf>[1] = {}) => {
  const registry = gathered();
  const before = stateOf(registry);
  const catalog = catalogOf(dags, more);
  const found = previewDeploy(registry, { project: catalog.project, catalog }, NOW + 2);
  expect(stateOf(registry)).toEqual(before);
  return found;
};
const events = ["1", "2"].map((id) => ({ asset: "s3://lake/a", source: "x", id }));

describe("a preview of a deploy changes nothing, and says", () => {
  it("that nothing happens to what surviving leaves gathered", () => {
    expect(preview({ d: { on: { ...AB, within: "1h" } } })).toEqual({ ok: true, dropped: [], starts: [] });
  });

  it.each<readonly [string, Parameters<typeof catalogOf>[0], string]>([
    ["of leaves that are gone", { d: { on: { asset: "s3://lake/b" } } }, "condition changed"],
    ["of a DAG that is gone", {}, "removed"],
  ])("which pending events would be dropped: those %s", (_, dags, why) => {
    expect(preview(dags)).toEqual({ ok: true, dropped: [{ dag: "d", key: "", why, count: 2, events }], starts: [] });
  });

  it("which runs would start at once", () => {
    expect(preview({ d: { on: { any: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b" }] } } })).toEqual({
      ...{ ok: true, dropped: [] },
      starts: [{ dag: "d", key: "", partition: null, events }],
    });
  });

  it("why it would be refused", () => {
    expect(preview({ d: { on: AB } }, { project: "other" })).toMatchObject({ ok: false, code: "E_DUPLICATE_ID" });
    expect(preview({ d: { on: { asset: "s3://lake/a" }, outlets: ["s3://lake/a"] } })).toMatchObject({ ok: false, code: "E_CYCLE" });
  });
});
