import type { DagDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { jsonLength } from "../core/limits.ts";
import type { HashedPlan } from "../core/plan.ts";
import type { LoadedPlan } from "../core/run.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";
import { findNotJson } from "../core/tasks/result.ts";
import type { RunActivities } from "../workflows/ports.ts";
import type { DispatchOptions } from "./dispatch.ts";
import { toFailure } from "./failure.ts";

/** The catalogue as the registry has it. Throws `E_REGISTRY_UNREACHABLE` if it cannot be asked. */
export interface DeployedPlans {
  byHash(hash: string): Promise<HashedPlan | undefined>;
  /** The plan of the last deploy; undefined if no deployed project has the DAG. */
  deployed(dag: string): Promise<HashedPlan | undefined>;
}

export interface LoadPlanOptions {
  readonly definitions: { dag(id: string): DagDefinition | undefined; dagByPlan(hash: string): DagDefinition | undefined };
  readonly plans: DeployedPlans;
  /** Whether bootstrap found our search attributes in the namespace. */
  readonly searchAttributes: boolean;
  /** Whether the workers of runs have the sink of `createEndSink`. @default false */
  readonly endBySink?: boolean;
}

/** These do not change by asking again; an unreachable registry does. */
const FINAL = ["E_PLAN_GONE", "E_DAG_UNKNOWN", "E_PARAMS"] as const;

/** Finds the plan of a run: by hash in the worker's own files, then in the catalogue; without a hash the deployed one. */
export function createLoadPlan({ definitions, plans, searchAttributes, endBySink }: LoadPlanOptions): RunActivities["loadPlan"] {
  async function findPlan(dag: string, hash: string | undefined): Promise<HashedPlan> {
    if (hash === undefined) return await findDeployed(dag);
    const found = definitions.dagByPlan(hash)?.plan ?? (await plans.byHash(hash));
    if (found === undefined) {
      throw new HeadgateError("E_PLAN_GONE", `plan ${hash} of dag "${dag}" is neither on this worker nor in the catalogue`, {
        hint: "deploy the commit that made it, or start the run again with the deployed plan",
      });
    }
    if (found.plan.dag !== dag) {
      throw new HeadgateError("E_PLAN_GONE", `plan ${hash} belongs to dag "${found.plan.dag}", not to "${dag}"`, {
        hint: "leave the plan out to take the deployed one",
      });
    }
    return found;
  }

  async function findDeployed(dag: string): Promise<HashedPlan> {
    const own = definitions.dag(dag)?.plan;
    const found = await plans.deployed(dag).catch((error: unknown) => {
      // Without a registry that answers, a worker that has the DAG is a good enough witness.
      if (own !== undefined && HeadgateError.is(error)) return own;
      throw error;
    });
    if (found !== undefined) return found;
    throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called "${dag}"`, {
      hint:
        own === undefined
          ? "the workflow type is the DAG's id; `headgate dags list` shows them"
          : "this worker has it, but it is not deployed: run `headgate deploy`",
    });
  }

  return async function loadPlan({ dag, hash, params }) {
    try {
      const plan = await findPlan(dag, hash);
      const definition = definitions.dagByPlan(plan.hash) ?? definitions.dag(dag);
      return { plan, params: await checkParams(definition, params), ...aboutWorkers({ searchAttributes, endBySink }) };
    } catch (error) {
      throw toFailure(error, FINAL);
    }
  };
}

/** A plan that makes the start of a run heavier than this is left to the run to load. In bytes of JSON. */
const AT_HAND_BYTES = 16 * 1024;

/** The same for one who starts the run: only what this worker's own files answer at once. A refusal is left to the run, which tells of it. */
export function createLoadedPlan({ definitions, searchAttributes, endBySink }: Omit<LoadPlanOptions, "plans">): DispatchOptions["loadedPlan"] {
  return async function loadedPlan({ dag, input }) {
    const definition = definitions.dagByPlan(input.plan);
    if (definition === undefined || definition.id !== dag || jsonLength(definition.plan) > AT_HAND_BYTES) return undefined;
    try {
      return { plan: definition.plan, params: await checkParams(definition, input.params ?? {}), ...aboutWorkers({ searchAttributes, endBySink }) };
    } catch {
      return undefined;
    }
  };
}

function aboutWorkers({
  searchAttributes,
  endBySink,
}: Pick<LoadPlanOptions, "searchAttributes"> & { readonly endBySink: boolean | undefined }): Omit<LoadedPlan, "plan" | "params"> {
  return { searchAttributes, ...(endBySink === true ? { endBySink } : {}) };
}

/** The parameters as the DAG's schema completes them. */
async function checkParams(definition: DagDefinition | undefined, params: JsonObject): Promise<JsonObject> {
  if (definition?.params === undefined) return params;
  const checked = await validateWithSchema(definition.params, params);
  const where = `dag ${definition.id}`;
  if (!checked.ok)
    throw new HeadgateError("E_PARAMS", `the parameters do not fit: ${issuesText(checked.issues)}`, {
      where,
      hint: `given were ${JSON.stringify(params).slice(0, 200)}`,
    });
  const found = findNotJson(checked.value, "params", []);
  if (found !== undefined)
    throw new HeadgateError("E_PARAMS", `the schema makes ${found.path} into ${found.what}, which is not JSON`, {
      where,
      hint: "let the schema keep what crosses to the tasks as JSON",
    });
  return JSON.parse(JSON.stringify(checked.value)) as JsonObject;
}
