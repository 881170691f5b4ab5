import type { StandardSchemaV1 } from "@standard-schema/spec";
import { takenLeaves } from "../conditions/condition-leaves.ts";
import { parseCondition } from "../conditions/condition-schema.ts";
import { POLICY_KEYS, readPolicy } from "../conditions/policy-schema.ts";
import type { AssetDefinition, DagDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import { contentHash } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Plan } from "../plan.ts";
import { isStandardSchema, jsonSchemaOf } from "../schema.ts";
import { branded } from "./brand.ts";
import { assertCondition, type Condition } from "./condition-builder.ts";
import type { DagOptions, OnInput } from "./dag-options.ts";
import { frozenJson } from "./freeze.ts";
import { checkId } from "./ids.ts";
import type { Any } from "./json-types.ts";
import type { AnyLeaf } from "./leaf.ts";
import { checkOptionNames } from "./option-names.ts";
import { readOutlets } from "./outlets.ts";
import { collectTasks } from "./scope-builder.ts";
import type { Scope } from "./task.ts";
import { readLongest, resolveTaskOptions } from "./task-options.ts";

declare const PARAMS: unique symbol;

/** A DAG: its plan as data, and the handlers of its tasks. `P` are its parameters, for the compiler. */
export interface Dag<P = Any> extends DagDefinition {
  readonly [PARAMS]: P;
}

type LeavesOfOn<C> = C extends Condition<infer L> ? L : never;
type NoParams = StandardSchemaV1<Record<never, never>, Record<never, never>>;

const OPTION_NAMES = ["on", "params", "defaults", "outlets", "deadline", "tags", "owner", "description", "meta", ...POLICY_KEYS];

/**
 * Defines a DAG. The callback runs at once and only says which tasks there are; their code runs later, in the worker.
 * Throws `E_ID`, `E_DUPLICATE_ID`, `E_CONDITION`, `E_POLICY`, `E_REFERENCE`, `E_OPTION`, `E_DURATION`, `E_SCHEMA`.
 *
 * @example
 * export const ordersClean = dag("orders-clean", { on: raw, defaults: { retries: 2 } }, (d) => {
 *   const load = d.task("load", { needs: { events: raw }, run: ({ events }) => events.length });
 *   d.task("report", { needs: { load }, outlets: [clean], run: ({ load }, ctx) => ctx.publish(clean, { data: { rows: load } }) });
 * });
 */
export function dag<const C extends OnInput = null, S extends StandardSchemaV1<Any, Any> = NoParams, const O extends readonly AnyLeaf[] = readonly []>(
  id: string,
  options: DagOptions<C, S, O>,
  build: (d: Scope<LeavesOfOn<C>, StandardSchemaV1.InferOutput<S>>) => void,
): Dag<StandardSchemaV1.InferOutput<S>> {
  const where = `dag ${checkId("DAG", id, `dag ${String(id)}`)}`;
  checkOptionNames(options, OPTION_NAMES, where);
  const on = readCondition(options.on ?? null, where);
  const params = readParams(options.params, where);
  const defaults = options.defaults ?? {};
  checkOptionNames(defaults, ["retries", "timeout", "backoff"], `${where}, defaults`);
  resolveTaskOptions({}, defaults, `${where}, defaults`);
  const consumable = new Set(on === null ? [] : takenLeaves(on.node).flatMap((leaf) => ("asset" in leaf ? [leaf.asset] : [])));
  const policy = readPolicy(options, where);
  const built = collectTasks(id, { ...defaults, priority: policy.priority }, consumable, build as (scope: Scope<never, never>) => unknown);
  const own = readOutlets(options.outlets, where);
  const plan: Plan = frozenJson<JsonObject>(
    {
      version: 1,
      dag: id,
      description: options.description,
      owner: options.owner,
      tags: options.tags ?? [],
      meta: options.meta ?? {},
      on: on?.node ?? null,
      policy,
      tasks: built.tasks,
      outlets: own.outlets,
      params: params === undefined ? null : (jsonSchemaOf(params) ?? null),
      deadline: readLongest(options.deadline, `${where}, deadline`),
    } satisfies { [F in keyof Plan]-?: unknown },
    "E_OPTION",
    where,
  ) as unknown as Plan;
  const definition: DagDefinition = branded({
    kind: "dag",
    id,
    plan: Object.freeze({ hash: contentHash(plan as unknown as Json), plan }),
    handlers: built.handlers,
    returns: built.returns,
    sources: built.sources,
    scripts: built.scripts,
    subRuns: built.subRuns,
    ...(params === undefined ? {} : { params }),
    assets: new Map<string, AssetDefinition>([...(on?.assets ?? []), ...built.assets, ...own.definitions.map((asset) => [asset.uri, asset] as const)]),
  });
  // The type of the parameters is for the compiler only.
  return definition as Dag<StandardSchemaV1.InferOutput<S>>;
}

/** The condition with its patterns normalised, so that one spelling gives one plan. */
function readCondition(on: unknown, where: string): Pick<Condition, "node" | "assets"> | null {
  if (on === null) {
    return null;
  }
  assertCondition(on, `\`on\` of ${where}`);
  return { node: parseCondition(on.node, `${where}, on`), assets: on.assets };
}

function readParams(params: unknown, where: string): StandardSchemaV1 | undefined {
  if (params !== undefined && !isStandardSchema(params)) {
    throw new HeadgateError("E_SCHEMA", `"params" of ${where} is no Standard Schema`, {
      where,
      hint: "write params: z.object({ day: z.string().optional() })",
    });
  }
  return params;
}
