import { z } from "@hono/zod-openapi";
import type { ConditionNode } from "../../core/condition.ts";
import type { JsonView } from "../../core/json-view.ts";
import { MAP_FAILURES, type PlanAirflow, type PlanSource, type PlanSubRun, type PlanWait, TRIGGER_RULES } from "../../core/plan.ts";
import type { Policy } from "../../core/policy.ts";
import { anyJson, jsonObject, openObject, orNull } from "../frame/fields.ts";

const Outlet = z.object({ asset: z.string(), schema: z.boolean() }).openapi("PlanOutlet");

const Need = z.union([
  z.object({ name: z.string(), task: z.string() }),
  z.object({ name: z.string(), asset: z.string() }),
  z.object({ name: z.string(), events: z.literal("all") }),
]);

const milliseconds = z.number().openapi({ description: "In milliseconds." });

const PlanTask = z
  .object({
    id: z.string(),
    kind: z.enum(["task", "branch", "external", "map", "wait", "source", "sql", "run", "airflow"]),
    needs: z.array(Need).openapi({ description: "What its handler gets: values of tasks, events of assets, or all events." }),
    after: z.array(z.object({ task: z.string(), path: z.string().optional() })).openapi({ description: "What it only comes after; of a branch one path." }),
    when: z.enum(TRIGGER_RULES),
    retries: z.int(),
    backoff: z.object({ initial: milliseconds, max: milliseconds, factor: z.number() }),
    timeout: milliseconds,
    outlets: z.array(Outlet),
    dynamicOutlets: z.boolean().optional(),
    paths: z.array(z.string()).optional(),
    taskQueue: z.string().optional(),
    activity: z.string().optional(),
    map: z.object({ limit: z.int(), whenFailed: z.enum(MAP_FAILURES) }).optional(),
    wait: openObject<JsonView<PlanWait>>("What a task of kind wait waits for.").optional(),
    source: openObject<JsonView<PlanSource>>("What it takes from its source.").optional(),
    teardown: z.object({ setup: z.string(), failsRun: z.boolean() }).optional(),
    shortCircuit: z.literal(true).optional(),
    atEnd: z.enum(["succeeded", "failed"]).optional(),
    startTimeout: milliseconds.optional(),
    heartbeat: milliseconds.optional(),
    connection: z.string().optional(),
    airflow: openObject<JsonView<PlanAirflow>>("What it starts in an Airflow.").optional(),
    pool: z.string().optional(),
    subRun: openObject<JsonView<PlanSubRun>>("The DAG that it runs.").optional(),
    description: z.string().optional(),
  })
  .openapi("PlanTask");

/** A DAG as data: what its runs are pinned to. */
export const Plan = z
  .object({
    version: z.literal(1),
    dag: z.string(),
    description: z.string().optional(),
    owner: z.string().optional(),
    tags: z.array(z.string()),
    meta: jsonObject,
    on: orNull(openObject<JsonView<ConditionNode>>("The condition as data.")),
    policy: openObject<JsonView<Policy>>("What holds its runs back."),
    tasks: z.array(PlanTask),
    outlets: z.array(Outlet),
    params: anyJson.openapi({ description: "JSON Schema of the parameters; null where none is known." }),
    deadline: milliseconds.optional(),
  })
  .openapi("Plan");

export const HashedPlan = z.object({ hash: z.string(), plan: Plan }).openapi("HashedPlan");
