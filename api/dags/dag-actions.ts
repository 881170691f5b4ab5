import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { jsonView } from "../../core/json-view.ts";
import type { DagState } from "../../registry/index.ts";
import { isAdmin } from "../access/rights.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { jsonObject, openObject } from "../frame/fields.ts";
import { askedBy, keyField, neededReason, operatorFields } from "../frame/operator-fields.ts";
import { createRouter, type Router } from "../frame/router.ts";

const params = { dag: z.string().openapi({ description: "Its id.", example: "orders-clean" }) };
const State = openObject<DagState>("What the DAG does now: paused, pending, running.").openapi("DagState");
const Operated = z.object({ dag: z.string(), did: z.boolean(), events: z.int(), runs: z.array(z.string()) }).openapi("DagOperated");

const pause = actionRoute({
  ...{ path: "/v1/dags/{dag}/pause", tag: "dags", summary: "Stop a DAG from starting: events go on gathering, running runs go on" },
  ...{ params, body: operatorFields, ok: State },
});
const resume = actionRoute({
  ...{ path: "/v1/dags/{dag}/resume", tag: "dags", summary: "Let a paused DAG start again, with what has gathered" },
  ...{ params, body: operatorFields, ok: State },
});
const trigger = actionRoute({
  ...{ path: "/v1/dags/{dag}/trigger", tag: "dags", summary: "Start a run by hand: it consumes no events and is never held back" },
  ...{ params, status: 202 },
  body: {
    params: jsonObject.optional().openapi({ description: "As the DAG's schema wants them." }),
    partition: z.string().optional().openapi({ description: "The slice that it works on." }),
    id: z.string().max(200).optional().openapi({ description: "Of the run: `<dag>/<name>`. By default made from the time." }),
    reason: operatorFields.reason,
  },
  ok: z.object({ run: z.string(), dag: z.string(), status: z.literal("queued") }).openapi("Triggered"),
});
const fire = actionRoute({
  ...{ path: "/v1/dags/{dag}/fire", tag: "dags", summary: "Start a DAG with what has gathered, due or not: one run for each key" },
  ...{ params, body: { key: keyField, ...operatorFields }, ok: Operated },
});
const clear = actionRoute({
  ...{ path: "/v1/dags/{dag}/clear", tag: "dags", summary: "Let go of what is pending for a DAG: no run will take it" },
  ...{ params, body: { key: keyField, ...operatorFields, reason: neededReason }, ok: Operated },
});

/** What people do to a DAG: pause, resume, trigger, fire, clear. Each needs the right to operate its project. */
export function createDagActions({ client, guard, newId = randomUUID }: ApiParts): Router {
  const router = createRouter();

  router.openapi(pause, async (c) => {
    const { dag } = await guard.dag(c.var.caller, c.req.valid("param").dag);
    return c.json(jsonView(await (await client.registry()).pause(dag, askedBy(c.var.caller, c.req.valid("json"), newId))) as DagState, 200);
  });

  router.openapi(resume, async (c) => {
    const { dag } = await guard.dag(c.var.caller, c.req.valid("param").dag);
    return c.json(jsonView(await (await client.registry()).resume(dag, askedBy(c.var.caller, c.req.valid("json"), newId))) as DagState, 200);
  });

  router.openapi(trigger, async (c) => {
    const { caller } = c.var;
    const { dag } = await guard.dag(caller, c.req.valid("param").dag);
    const { params: given, partition, id, reason } = c.req.valid("json");
    // Whoever may do everything may do it in Temporal as well, where a run has any id.
    if (id !== undefined && !isAdmin(caller) && !(id.startsWith(`${dag}/`) && /^[\w.:@-]+$/.test(id.slice(dag.length + 1)))) {
      throw new HeadgateError("E_USAGE", `"${id}" is no id of a run of ${dag}`, {
        where: "json id",
        hint: `write ${dag}/<name>, with letters, digits, points, dashes`,
      });
    }
    const runs = await client.runs();
    const input = defined({ params: given as JsonObject | undefined, partition });
    const name = id ?? `${dag}/manual-${newId()}`;
    const run = await guard.recorded(caller, { operation: "start", subject: name, dag, why: reason }, () =>
      runs.start(dag, input, { by: caller.name, id: name }),
    );
    return c.json({ run, dag, status: "queued" as const }, 202);
  });

  router.openapi(fire, async (c) => {
    const { dag } = await guard.dag(c.var.caller, c.req.valid("param").dag);
    const { key, ...operator } = c.req.valid("json");
    const done = await (await client.registry()).fire(dag, { ...askedBy(c.var.caller, operator, newId), ...defined({ key }) });
    return c.json({ dag, ...done, runs: [...done.runs] }, 200);
  });

  router.openapi(clear, async (c) => {
    const { dag } = await guard.dag(c.var.caller, c.req.valid("param").dag);
    const { key, ...operator } = c.req.valid("json");
    const done = await (await client.registry()).clear(dag, { ...askedBy(c.var.caller, operator, newId), ...defined({ key }) });
    return c.json({ dag, ...done, runs: [...done.runs] }, 200);
  });

  return router;
}
