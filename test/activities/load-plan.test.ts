import { ApplicationFailure } from "@temporalio/common";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createLoadedPlan, createLoadPlan, type DeployedPlans } from "../../activities/load-plan.ts";
import { HeadgateError } from "../../core/errors.ts";
import { dag } from "../../core/index.ts";
import { createDefinitionSet } from "../../runtime/definition-set.ts";

const own = dag("orders", { params: z.object({ day: z.string(), factor: z.number().default(2) }) }, (d) => void d.task("load", { run: () => 1 }));
const elsewhere = dag("orders", {}, (d) => void d.task("other", { run: () => 1 })).plan;
const unreachable: DeployedPlans["byHash"] = async () => {
  throw new HeadgateError("E_REGISTRY_UNREACHABLE", "no answer");
};
const empty: DeployedPlans = { byHash: async () => undefined, deployed: async () => undefined };

function load(input: { dag?: string; hash?: string; params?: object }, plans: Partial<DeployedPlans> = {}): ReturnType<ReturnType<typeof createLoadPlan>> {
  const loadPlan = createLoadPlan({ definitions: createDefinitionSet([own]), plans: { ...empty, ...plans }, searchAttributes: true });
  return loadPlan({ dag: "orders", params: { day: "monday" }, ...input } as never);
}

describe("the plan of a run", () => {
  it("by hash is the worker's own, without asking anybody", async () => {
    expect(await load({ hash: own.plan.hash }, { byHash: unreachable })).toEqual({
      plan: own.plan,
      params: { day: "monday", factor: 2 },
      searchAttributes: true,
    });
  });

  it("by hash comes from the catalogue if the worker lacks it; parameters are checked by the code that the worker has", async () => {
    expect(await load({ hash: elsewhere.hash }, { byHash: async () => elsewhere })).toMatchObject({ plan: elsewhere, params: { factor: 2 } });
  });

  it("without a hash is the deployed one, also if the worker has another", async () => {
    expect(await load({}, { deployed: async () => elsewhere })).toMatchObject({ plan: elsewhere });
  });

  it("without a registry that answers is the worker's own", async () => {
    expect(await load({}, { deployed: unreachable })).toMatchObject({ plan: own.plan });
  });

  it.each([
    ["no deployed DAG", {}, {}, "E_DAG_UNKNOWN", true],
    ["an unknown DAG", { dag: "nobody" }, {}, "E_DAG_UNKNOWN", true],
    ["a hash that nobody has", { hash: "f00" }, {}, "E_PLAN_GONE", true],
    ["a plan of another DAG", { dag: "nobody", hash: own.plan.hash }, {}, "E_PLAN_GONE", true],
    ["parameters that do not fit", { hash: own.plan.hash, params: { day: 1 } }, {}, "E_PARAMS", true],
    ["a registry that does not answer about a hash", { hash: "f00" }, { byHash: unreachable }, "E_REGISTRY_UNREACHABLE", false],
    ["a registry that does not answer about an unknown DAG", { dag: "nobody" }, { deployed: unreachable }, "E_REGISTRY_UNREACHABLE", false],
  ] as const)("fails for %s", async (_, input, plans, code, final) => {
    const failure = await load(input, plans as never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: code, nonRetryable: final });
  });
});

describe("the plan that a starter has at hand", () => {
  const atHand = createLoadedPlan({ definitions: createDefinitionSet([own]), searchAttributes: true });
  const start = (plan: string, params: object = { day: "monday" }, dagId = "orders") => atHand({ dag: dagId, input: { plan, params } } as never);

  it("is what the run would load", async () => {
    expect(await start(own.plan.hash)).toEqual({ plan: own.plan, params: { day: "monday", factor: 2 }, searchAttributes: true });
  });

  it.each([
    ["a plan that this worker does not have", elsewhere.hash, {}, "orders"],
    ["a plan of another DAG", own.plan.hash, {}, "customers"],
    ["parameters that do not fit: the run tells of them", own.plan.hash, { day: 1 }, "orders"],
  ])("is left to the run for %s", async (_, hash, params, dagId) => {
    expect(await start(hash, params, dagId)).toBeUndefined();
  });
});
