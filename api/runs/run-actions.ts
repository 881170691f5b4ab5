import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { cancelRuns, chooseRuns, orError, rerunId } from "../../client/many-runs.ts";
import { markSucceeded } from "../../client/mark-run.ts";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { RUN_STATUSES, type RunStatus } from "../../core/run.ts";
import type { Caller } from "../access/caller.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { instantQuery } from "../frame/fields.ts";
import { askedBy, neededReason, operatorFields } from "../frame/operator-fields.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { planRerun } from "./plan-rerun.ts";

const params = { run: z.string().openapi({ description: "Its workflow id, percent-encoded.", example: "orders-clean/1f0c-42" }) };
const { reason } = operatorFields;

/** Runs that are chosen by what they are: those of projects that the caller may operate. */
const choice = {
  dags: z.string().optional().openapi({ description: "Ids of DAGs, `*` for any characters.", example: "orders-*" }),
  status: z.enum(RUN_STATUSES).optional(),
  partition: z
    .string()
    .regex(/^[^\0]*$/)
    .optional(),
  since: instantQuery.optional().openapi({ description: "Started at or after." }),
  dryRun: z.boolean().default(false).openapi({ description: "Say what would be done, and do nothing." }),
} as const;
const again = {
  from: z.array(z.string()).min(1).optional().openapi({ description: "Only these tasks and what follows them, and what did not end well." }),
  failed: z.boolean().optional().openapi({ description: "Only the tasks that did not end well, and what follows them." }),
  samePlan: z.boolean().optional().openapi({ description: "The graph of the first run, in place of the deployed one." }),
} as const;

const Repeated = z
  .object({
    of: z.string(),
    run: z.string().optional(),
    error: z.string().optional(),
    again: z.array(z.string()).readonly().optional().openapi({ description: "Of a dry run: tasks that would run again." }),
    kept: z.array(z.string()).readonly().optional().openapi({ description: "Of a dry run: tasks whose results would stay." }),
  })
  .openapi("Repeated");
const Asked = z.object({ run: z.string(), asked: z.enum(["cancel"]).nullable().openapi({ description: "Null of a dry run." }) }).openapi("CancelAsked");

const cancel = actionRoute({
  path: "/v1/runs/{run}/cancel",
  tag: "runs",
  summary: "Ask a run to stop: its tasks are told by their signal",
  params,
  body: { reason },
  ok: Asked,
  status: 202,
});
const cancelMany = actionRoute({
  ...{ path: "/v1/runs/cancel", tag: "runs", summary: "Ask many runs to stop, by default those that run", status: 202 },
  ...{ body: { ...choice, reason }, ok: z.object({ items: z.array(Asked) }) },
});
const rerun = actionRoute({
  ...{ path: "/v1/runs/{run}/rerun", tag: "runs", summary: "Repeat a run that has ended with the events, parameters and partition that it had", status: 202 },
  ...{ params, body: { ...again, dryRun: choice.dryRun, reason }, ok: Repeated },
});
const rerunMany = actionRoute({
  ...{ path: "/v1/runs/rerun", tag: "runs", summary: "Repeat many runs, by default those that failed and nobody has repeated", status: 202 },
  ...{ body: { ...choice, ...again, reason }, ok: z.object({ items: z.array(Repeated) }) },
});
const mark = actionRoute({
  ...{ path: "/v1/runs/{run}/mark", tag: "runs", summary: "Let a failed run count as succeeded, as somebody did its work by hand: it publishes nothing" },
  ...{ params, body: { status: z.literal("succeeded"), ...operatorFields, reason: neededReason } },
  ok: z.object({ run: z.string(), dag: z.string(), status: z.literal("succeeded"), did: z.boolean(), events: z.int() }).openapi("Marked"),
});
const answer = actionRoute({
  ...{ path: "/v1/runs/{run}/answer", tag: "runs", summary: "Answer a task that waits for a person: the run goes on, or the task fails" },
  ...{ params, body: { task: z.string(), approved: z.boolean(), reason } },
  ok: z.object({ run: z.string(), task: z.string(), approved: z.boolean(), by: z.string() }).openapi("Answered"),
});

/** What people do to runs. Each needs the right to operate the project of the run's DAG. */
export function createRunActions({ client, guard, store, newId = randomUUID, now = Date.now }: ApiParts): Router {
  const router = createRouter();

  router.openapi(cancel, async (c) => {
    const { run } = c.req.valid("param");
    const dag = await guard.run(c.var.caller, run);
    const runs = await client.runs();
    await guard.recorded(c.var.caller, { operation: "stop", subject: run, dag, why: c.req.valid("json").reason }, () => runs.cancel(run));
    return c.json({ run, asked: "cancel" as const }, 202);
  });

  router.openapi(cancelMany, async (c) => {
    const { dryRun, reason: why, ...given } = c.req.valid("json");
    const chosen = await chosenBy(c.var.caller, given, "running");
    if (dryRun) return c.json({ items: chosen.map(({ run }) => ({ run, asked: null })) }, 202);
    const runs = await client.runs();
    const asked: string[] = [];
    for (const one of chosen) {
      const done = await guard.recorded(c.var.caller, { operation: "stop", subject: one.run, dag: one.dag, why }, () => cancelRuns(runs, [one]));
      asked.push(...done);
    }
    return c.json({ items: asked.map((run) => ({ run, asked: "cancel" as const })) }, 202);
  });

  router.openapi(rerun, async (c) => {
    const { run } = c.req.valid("param");
    const { dryRun, reason: why, ...wish } = c.req.valid("json");
    const dag = await guard.run(c.var.caller, run);
    const runs = await client.runs();
    if (dryRun) {
      const plan = await planRerun(runs, await client.registry(), run, defined(wish));
      return c.json({ of: run, again: plan.again, kept: plan.kept }, 202);
    }
    const by = c.var.caller.name;
    const made = await guard.recorded(c.var.caller, { operation: "rerun", subject: run, dag, why }, () => runs.rerun(run, { ...defined(wish), by }));
    return c.json({ of: run, run: made }, 202);
  });

  router.openapi(rerunMany, async (c) => {
    const { dryRun, reason: why, from, failed, samePlan, ...given } = c.req.valid("json");
    const wish = defined({ from, failed, samePlan });
    const chosen = await chosenBy(c.var.caller, given, "failed", true);
    const [runs, registry] = await Promise.all([client.runs(), client.registry()]);
    const by = c.var.caller.name;
    const at = now();
    const items: z.infer<typeof Repeated>[] = [];
    for (const { run, dag } of chosen) {
      const id = rerunId(dag, at, items.length + 1);
      const repeat = async (): Promise<z.infer<typeof Repeated>> => ({ of: run, run: await runs.rerun(run, { ...wish, by, id }) });
      const record = { operation: "rerun", subject: run, dag, why } as const;
      items.push(
        await orError<z.infer<typeof Repeated>>(run, () => (dryRun ? planRerun(runs, registry, run, wish) : guard.recorded(c.var.caller, record, repeat))),
      );
    }
    return c.json({ items }, 202);
  });

  router.openapi(mark, async (c) => {
    const { run } = c.req.valid("param");
    const dag = await guard.run(c.var.caller, run);
    const found = await store.showRun(run);
    if (found === undefined)
      throw new HeadgateError("E_RUN_UNKNOWN", `the store knows no run ${run}`, { hint: "one that began this moment may not be there yet" });
    const done = await markSucceeded(await client.registry(), found, askedBy(c.var.caller, c.req.valid("json"), newId));
    return c.json({ run, dag, status: "succeeded" as const, did: done.did, events: done.events }, 200);
  });

  router.openapi(answer, async (c) => {
    const { run } = c.req.valid("param");
    const dag = await guard.run(c.var.caller, run);
    const { task, approved, reason: why } = c.req.valid("json");
    const by = c.var.caller.name;
    const runs = await client.runs();
    const operation = approved ? "approve" : "reject";
    await guard.recorded(c.var.caller, { operation, subject: `${run} ${task}`, dag, why }, () =>
      runs.answer(run, { task, approved, by, ...defined({ reason: why }) }),
    );
    return c.json({ run, task, approved, by }, 200);
  });

  async function chosenBy(
    caller: Caller,
    given: { dags?: string | undefined; status?: RunStatus | undefined; partition?: string | undefined; since?: number | undefined },
    status: RunStatus,
    notRepeated = false,
  ) {
    if (Object.values(given).every((value) => value === undefined)) {
      throw new HeadgateError("E_USAGE", "no run is chosen", { where: "json", hint: "choose by dags, status, partition or since" });
    }
    const found = await chooseRuns(store, { ...defined(given), status: given.status ?? status, notRepeated });
    const own = await guard.own(
      caller,
      found.map(({ dag }) => dag),
    );
    return found.filter(({ dag }) => own.has(dag));
  }

  return router;
}
