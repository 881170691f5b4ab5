import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import type { JsonObject } from "../../core/json.ts";
import { jsonView } from "../../core/json-view.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import type { WorkDetails } from "../../registry/index.ts";
import type { Caller } from "../access/caller.ts";
import { mayOperate, refused } from "../access/rights.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { jsonObject, openObject } from "../frame/fields.ts";
import { operatorFields } from "../frame/operator-fields.ts";
import { createRouter, type Router } from "../frame/router.ts";

const Work = openObject<object>("A backfill or repair: how far it is, run by run; of a dry run, what would run.").openapi("WorkStarted");
const slices = z
  .union([z.string(), z.array(z.string()), z.strictObject({ from: z.string(), to: z.string() })])
  .openapi({ description: "`a..b` with both ends, keys with commas, a list of keys, or `{ from, to }`." });
const order = {
  parallel: z.int().min(1).optional().openapi({ description: "Runs at a time. By default 1." }),
  params: jsonObject.optional().openapi({ description: "Of each run, as the DAG's schema wants them." }),
  dryRun: z.boolean().default(false).openapi({ description: "Say what would run, and start nothing." }),
  ...operatorFields,
};

const backfill = actionRoute({
  ...{ path: "/v1/backfills", tag: "backfills", summary: "Run a DAG for slices of its partitions, some at a time", status: 202 },
  ...{ body: { dag: z.string(), partitions: slices, ...order }, ok: Work },
});
const repair = actionRoute({
  ...{
    path: "/v1/assets/{asset}/repair",
    tag: "assets",
    summary: "Make slices of an asset anew, and what is made from them, each once, in order",
    status: 202,
  },
  params: { asset: z.string().transform(normalizeUri).openapi({ type: "string", description: "Its URI, percent-encoded." }) },
  ...{ body: { partitions: slices.optional(), downstream: z.boolean().default(false), ...order }, ok: Work },
});
const cancel = actionRoute({
  ...{ path: "/v1/backfills/{id}/cancel", tag: "backfills", summary: "Start nothing more of a backfill or repair: what runs goes on" },
  ...{ params: { id: z.string() }, body: { reason: operatorFields.reason }, ok: Work },
});

/** Backfills and repairs. Each needs the right to operate the projects of all DAGs that it runs. */
export function createWorkActions({ client, guard }: ApiParts): Router {
  const router = createRouter();

  router.openapi(backfill, async (c) => {
    const { dryRun, dag, partitions, ...rest } = c.req.valid("json");
    await guard.dag(c.var.caller, dag);
    const { work } = await client.registry();
    const request = { dag, partitions, ...orderOf(c.var.caller, rest) };
    return c.json(jsonView(dryRun ? await work.planBackfill(request) : await work.backfill(request)) as object, 202);
  });

  router.openapi(repair, async (c) => {
    const { caller } = c.var;
    const { asset } = c.req.valid("param");
    const { dryRun, downstream, partitions, ...rest } = c.req.valid("json");
    const { work } = await client.registry();
    const request = { asset, downstream, ...defined({ partitions }), ...orderOf(caller, rest) };
    const what = `repair "${asset}"`;
    // What it would run is known only by planning it: whoever may not operate everything learns no more from a refusal than that.
    const plan = await work.planRepair(request).catch((error: unknown) => {
      throw mayOperate(caller, "") ? error : refused(caller, what);
    });
    await guard.dags(
      caller,
      plan.steps.map(({ dag }) => dag),
      what,
    );
    return c.json(jsonView(dryRun ? plan : await work.repair(request)) as object, 202);
  });

  router.openapi(cancel, async (c) => {
    const { caller } = c.var;
    const { id } = c.req.valid("param");
    const { work } = await client.registry();
    const what = `cancel "${id}"`;
    const details: WorkDetails = await work.show(id).catch((error: unknown) => {
      throw mayOperate(caller, "") ? error : refused(caller, what);
    });
    await guard.dags(caller, details.kind === "backfill" ? [details.of] : details.steps.map(({ dag }) => dag), what);
    const { reason } = c.req.valid("json");
    return c.json(jsonView(await work.cancel(id, { by: caller.name, ...defined({ why: reason }) })) as object, 200);
  });

  return router;
}

interface Order {
  readonly parallel?: number | undefined;
  readonly params?: JsonObject | undefined;
  readonly reason?: string | undefined;
  readonly request?: string | undefined;
}

function orderOf({ name }: Caller, { reason, ...rest }: Order) {
  return { by: name, ...defined({ ...rest, why: reason }) };
}
