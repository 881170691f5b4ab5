import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { HashedPlan } from "../../core/plan.ts";
import { emptyState, explain, openRegistry, planByHash, stateOf, step, summarize } from "../../registry/index.ts";
import { SCHEMA_VERSION } from "../../registry/state.ts";
import { upgrade } from "../../registry/upgrade.ts";
import { caught } from "../core/caught.ts";
import { a, catalogOf, NOW } from "./machine.ts";

/** States as releases wrote them, by the schema that they had. */
const folder = new URL("states/", import.meta.url);
const ASSET = { uri: "s3://lake/gone", schema: false, tags: [], meta: {} };
const [PLAN] = catalogOf({ gone: { on: { asset: "s3://lake/gone" } } }).dags as [HashedPlan];
const recorded = readdirSync(folder).map((file) => ({ file, state: JSON.parse(readFileSync(new URL(file, folder), "utf8")) }));

describe("a state of an older release", () => {
  it("is recorded for every schema before the present one", () => {
    expect(recorded.map(({ state }) => state.schema).sort((x, y) => x - y)).toEqual(Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1));
  });

  it.each(recorded)("$file becomes one of the present schema, and is left as it is", ({ state }) => {
    const before = structuredClone(state);
    const upgraded = upgrade(state);
    expect(upgraded.schema).toBe(SCHEMA_VERSION);
    expect(state).toEqual(before);
    expect(upgrade(upgraded)).toBe(upgraded);
  });

  it.each(recorded)("$file loses nothing", ({ state }) => {
    const { schema: _, ...before } = state;
    expect(stateOf(openRegistry(state))).toMatchObject(before);
  });

  it.each(recorded)("$file goes on where it stood: what was held and paused is, and what is pending starts", ({ state }) => {
    const registry = openRegistry(state);
    expect(summarize(registry)).toMatchObject({ held: { by: "otto" }, events: { accepted: 7 } });
    expect(explain(registry, { dag: "paused" }, NOW).data).toMatchObject({ paused: { by: "anna" }, groups: [{ pending: 4 }] });
    const { starts } = step(registry, [{ kind: "release" }, { kind: "publish", events: [a("4"), a("5")] }], NOW + 3_600_000);
    expect(starts.map(({ dag, input }) => `${dag} ${input.events?.map(({ id }) => id)}`)).toContain("batch 4,5");
  });
});

it("what earlier catalogues left behind was told apart in schema 1, and is a catalogue now", () => {
  const state = { ...emptyState("old"), schema: 1, projects: { test: { revision: 3, catalog: catalogOf({}), kept: [ASSET], retired: [PLAN] } } };
  const registry = openRegistry(state as never);
  expect(registry.assets.find(ASSET.uri)).toEqual(ASSET);
  expect(planByHash(registry, PLAN.hash)).toEqual(PLAN);
});

describe("a state that cannot be understood", () => {
  it.each([
    ["of a newer release", { ...recorded[0]?.state, schema: SCHEMA_VERSION + 1 }, "E_STATE_NEWER", "run the release that wrote it"],
    ["of a schema that never was", { ...recorded[0]?.state, schema: 0 }, "E_STATE", undefined],
    ["that is something else", { schema: 1 }, "E_STATE", undefined],
    ["that is nothing", null, "E_STATE", undefined],
  ] as const)("%s is refused, and left as it is", (_, state, code, hint) => {
    const before = structuredClone(state);
    const error = caught(() => openRegistry(state as never));
    expect(error).toMatchObject({ code });
    if (hint !== undefined) expect(error).toMatchObject({ hint: expect.stringContaining(hint) });
    expect(state).toEqual(before);
  });
});
