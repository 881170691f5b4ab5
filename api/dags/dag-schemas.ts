import { z } from "@hono/zod-openapi";
import type { ConditionNode } from "../../core/condition.ts";
import type { Policy } from "../../core/policy.ts";
import { RUN_STATUSES } from "../../core/run.ts";
import { instant, openObject, orNull } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";
import { Stopped } from "../frame/stopped.ts";
import { Plan } from "./plan-schemas.ts";

export const LastRun = z
  .object({ run: z.string(), status: z.enum(RUN_STATUSES), startedAt: instant, endedAt: instant.nullable() })
  .openapi("LastRun", { description: "The run that started last." });

export const Dag = z
  .object({
    dag: z.string().openapi({ example: "orders-clean" }),
    project: z.string(),
    description: z.string().optional(),
    owner: z.string().optional(),
    tags: z.array(z.string()),
    condition: z.string().nullable().openapi({ description: "Its condition in words; null for a DAG that only people and services start." }),
    on: orNull(openObject<ConditionNode>("The condition as data.")),
    paused: orNull(Stopped),
    faulted: z.string().nullable().openapi({ description: "Why its evaluation is quarantined." }),
    running: z.int(),
    pending: z.int().optional().openapi({ description: "Events that have gathered. Left out while the registry is away, as are the failed ones." }),
    failedRuns: z.int().optional().openapi({ description: "Failed runs that hold their events." }),
    heldEvents: z.int().optional(),
    lastRun: orNull(LastRun),
  })
  .openapi("Dag");

export const DagPage = pageOf(Dag, "DagPage");

export const DagDetails = Dag.extend({
  hash: z.string().openapi({ description: "Of its plan." }),
  taskQueue: z.string(),
  policy: openObject<Policy>("Mode, concurrency and what else holds its runs back; what is left out is as usual."),
  plan: Plan,
}).openapi("DagDetails");

const PendingEvent = z
  .object({ seq: z.int(), asset: z.string(), source: z.string(), id: z.string(), partition: z.string().nullable(), time: instant, at: instant })
  .openapi("PendingEvent");

export const Pending = z
  .object({
    dag: z.string(),
    count: z.int(),
    groups: z
      .array(
        z
          .object({
            key: z.string(),
            partition: z.string().nullable(),
            backlog: z.boolean().openapi({ description: "True for what waits until a quarantined DAG works again." }),
            count: z.int(),
            stored: z.int().openapi({ description: "How many of them are kept outside of the registry's state; they are not listed." }),
            events: z.array(PendingEvent).openapi({ description: "The oldest first." }),
          })
          .openapi("PendingGroup"),
      )
      .openapi({ description: "What has gathered, by key." }),
  })
  .openapi("Pending");
