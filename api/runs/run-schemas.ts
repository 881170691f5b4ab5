import { z } from "@hono/zod-openapi";
import { RUN_STATUSES } from "../../core/run.ts";
import { LOG_LEVELS } from "../../core/tasks/records.ts";
import { Event } from "../events/event-schemas.ts";
import { instant, jsonObject } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";

export const RunStatus = z.enum(RUN_STATUSES).openapi("RunStatus");
const TaskStatus = z.enum([...RUN_STATUSES, "waiting"]).openapi("TaskStatus");

export const Cause = z
  .object({
    kind: z.enum(["condition", "person", "schedule", "backfill", "repair", "run", "rerun"]),
    text: z.string().openapi({ description: "Of a rerun the run that it repeats, of a backfill or repair its id; else words for people." }),
  })
  .openapi("Cause");

export const Run = z
  .object({
    run: z.string().openapi({ description: "Its workflow id.", example: "orders-clean/1f0c2a9e-42" }),
    dag: z.string(),
    status: RunStatus,
    partition: z.string().nullable(),
    key: z.string().openapi({ description: "What it was gathered for; empty where nothing is gathered apart." }),
    plan: z.string().nullable().openapi({ description: "Hash of the plan that it is pinned to." }),
    cause: Cause,
    startedAt: instant,
    endedAt: instant.nullable(),
    temporalRunId: z.string().nullable(),
    error: z.string().nullable(),
    events: z.int().openapi({ description: "How many events it consumed." }),
    registry: z.string(),
  })
  .openapi("Run");

export const RunPage = pageOf(Run, "RunPage");

const Task = z
  .object({ temporalRunId: z.string(), task: z.string(), status: TaskStatus, at: instant.openapi({ description: "Since when." }), why: z.string().nullable() })
  .openapi("RunTask");

const Attempt = z
  .object({
    ...{ temporalRunId: z.string(), task: z.string(), attempt: z.int() },
    round: z.int().openapi({ description: "How often the task had been scheduled: more than once after lost workers." }),
    status: z.enum(["running", "succeeded", "failed", "cancelled", "skipped", "lost"]),
    ...{ startedAt: instant, endedAt: instant.nullable(), worker: z.string(), error: z.string().nullable(), code: z.string().nullable() },
  })
  .openapi("RunAttempt");

export const RunDetails = Run.extend({
  tasks: z.array(Task),
  attempts: z.array(Attempt),
  consumed: z
    .array(Event.extend({ fate: z.enum(["consumed", "referenced"]), key: z.string() }))
    .openapi({ description: "Events that it took. A run that failed may have given them back since." }),
  published: z.array(Event),
  started: z
    .array(z.object({ run: z.string(), dag: z.string(), status: RunStatus, startedAt: instant }))
    .openapi({ description: "Runs that consumed what it published, the oldest first; at most 200." }),
  reruns: z.array(z.string()).openapi({ description: "Runs that repeat it, the oldest first." }),
}).openapi("RunDetails");

const LogLine = z
  .object({
    ...{ run: z.string(), temporalRunId: z.string(), task: z.string(), attempt: z.int(), at: instant, line: z.int() },
    level: z.enum(LOG_LEVELS),
    text: z.string(),
    fields: jsonObject,
  })
  .openapi("LogLine");

export const LogPage = pageOf(LogLine, "LogPage");
