import { z } from "@hono/zod-openapi";
import { instant } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";

const STEPS = ["waiting", "running", "succeeded", "failed", "cancelled", "stopped"] as const;
const amount = z.int();

export const Work = z
  .object({
    id: z.string().openapi({ example: "backfill-8dba7ad6-3" }),
    kind: z.enum(["backfill", "repair"]),
    of: z.string().openapi({ description: "The DAG of a backfill, the asset of a repair." }),
    status: z.enum(["running", "succeeded", "failed", "cancelled"]),
    parallel: z.int().openapi({ description: "Runs of it that may run at once." }),
    openedAt: instant,
    endedAt: instant.nullable(),
    by: z.string().nullable(),
    why: z.string().nullable(),
    runs: z
      .object({ total: amount, waiting: amount, running: amount, succeeded: amount, failed: amount, cancelled: amount, stopped: amount })
      .openapi({ description: "How many runs are how far." }),
    troubles: z
      .array(z.object({ dag: z.string(), partition: z.string().nullable(), why: z.string() }))
      .openapi({ description: "The first runs that did not succeed, and what was stopped for them." }),
  })
  .openapi("Work");

export const WorkPage = pageOf(Work, "WorkPage");

export const WorkDetails = Work.extend({
  steps: z
    .array(z.object({ dag: z.string(), partition: z.string().nullable(), status: z.enum(STEPS), run: z.string().nullable() }))
    .openapi({ description: "Runs that are running, then those that wait, in order; of a repair under way all of them. At most 1,000." }),
}).openapi("WorkDetails");
