import { z } from "@hono/zod-openapi";
import { PROBLEM_KINDS } from "../../core/notify.ts";
import { instant } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";

export const ProblemKind = z.enum(PROBLEM_KINDS).openapi("ProblemKind");

const ToldChannel = z
  .object({
    channel: z.string().openapi({ description: "Its name in `notify` of the config file." }),
    openedAt: instant.openapi({ description: "When it was decided that the channel is told." }),
    sentAt: instant.nullable().openapi({ description: "When the channel took it; null until then." }),
    attempts: z.int(),
    error: z.string().nullable().openapi({ description: "Why the last attempt did not succeed." }),
  })
  .openapi("ToldChannel");

/** Not `Problem`, which is how an error is answered. */
const OpenProblem = z
  .object({
    kind: ProblemKind,
    about: z.enum(["dag", "asset", "watcher"]).openapi({ description: "What `subject` is the id or URI of." }),
    ...{ subject: z.string(), title: z.string().openapi({ example: "3 runs of orders-clean failed" }) },
    detail: z.string().nullable().openapi({ description: "The error, or what was expected." }),
    ...{ since: instant, count: z.int().openapi({ description: "Failed runs, or letters that wait; else 1." }) },
    run: z.string().nullable().openapi({ description: "The last run that failed." }),
    ...{ project: z.string(), owner: z.string().nullable(), tags: z.array(z.string()).readonly() },
    told: z.array(ToldChannel).openapi({ description: "Who was told of it; empty where no rule of `notify` fits." }),
  })
  .openapi("OpenProblem");

export const ProblemPage = pageOf(OpenProblem, "OpenProblems")
  .extend({ total: z.int().openapi({ description: "How many there are with these filters, on all pages." }) })
  .openapi("OpenProblemPage");
