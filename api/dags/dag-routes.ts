import { z } from "@hono/zod-openapi";
import { describeCondition } from "../../core/conditions/condition-tree.ts";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import type { DagState } from "../../store/queries/dag-states.ts";
import type { ApiDeps } from "../deps.ts";
import { byDag, type ConsumerNow } from "../frame/consumers-now.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { registryNow } from "../frame/registry-now.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { soon } from "../frame/unless-away.ts";
import { unlessStoreAway } from "../frame/unless-store-away.ts";
import { DagDetails, DagPage, Pending } from "./dag-schemas.ts";
import { type DeployedDag, deployedDags } from "./deployed-dags.ts";

const params = { dag: z.string() };

const list = readRoute({
  ...{ path: "/v1/dags", tag: "dags", summary: "Deployed DAGs in order of their ids, with what they do now", ok: DagPage },
  query: {
    search: z.string().optional().openapi({ description: "Part of the id." }),
    project: z.string().optional(),
    owner: z.string().optional(),
    tag: z.string().optional(),
    ...pageQuery,
  },
});
const one = readRoute({ path: "/v1/dags/{dag}", tag: "dags", summary: "One DAG: its plan, its policy, and what it does now", params, ok: DagDetails });
const pending = readRoute({
  ...{ path: "/v1/dags/{dag}/pending", tag: "dags", summary: "What has gathered for a DAG and waits", params, ok: Pending },
  query: {
    key: z.string().optional().openapi({ description: "Of this key or partition only." }),
    limit: z.coerce.number().int().min(1).max(1_000).default(100).openapi({ description: "Most events that are listed; all are counted." }),
  },
});

export function createDagRoutes({ store, client, patience }: ApiDeps): Router {
  const router = createRouter();
  const now = registryNow({ client, patience });

  /** What the store remembers of them; nothing while it is away. */
  async function remembered(dags: readonly string[]): Promise<ReadonlyMap<string, DagState>> {
    return await unlessStoreAway(
      () => store.dagStates(dags),
      () => new Map(),
    );
  }

  router.openapi(list, async (c) => {
    const { limit, cursor, search, project, owner, tag } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.string()]));
    const status = await now();
    const found = (await deployedDags({ store, client }, status))
      .filter(
        ({ project: of, dag: { plan } }) =>
          (after === undefined || plan.dag > after[0]) &&
          (search === undefined || plan.dag.includes(search)) &&
          (project === undefined || of === project) &&
          (owner === undefined || plan.owner === owner) &&
          (tag === undefined || plan.tags.includes(tag)),
      )
      .slice(0, rows);
    const states = await remembered(found.map(({ dag }) => dag.plan.dag));
    const live = byDag(status);
    return c.json(
      page(
        found,
        ({ dag }) => [dag.plan.dag] as const,
        (deploy) => summaryOf(deploy, states.get(deploy.dag.plan.dag), live?.get(deploy.dag.plan.dag)),
      ),
      200,
    );
  });

  router.openapi(one, async (c) => {
    const { dag } = c.req.valid("param");
    const status = await now();
    const found = (await deployedDags({ store, client }, status)).find((deploy) => deploy.dag.plan.dag === dag);
    if (found === undefined) throw unknownDag(dag);
    const states = await remembered([dag]);
    const { taskQueue, dag: hashed } = found;
    return c.json(
      {
        ...summaryOf(found, states.get(dag), byDag(status)?.get(dag)),
        ...{ hash: hashed.hash, taskQueue, policy: hashed.plan.policy, plan: jsonView(hashed.plan) },
      },
      200,
    );
  });

  router.openapi(pending, async (c) => {
    const { dag } = c.req.valid("param");
    const question = { dag, ...defined(c.req.valid("query")) };
    const found = await soon(async () => await (await client.registry()).pending(question), patience);
    if (found === null) throw unknownDag(dag);
    return c.json(jsonView(found), 200);
  });

  return router;
}

/** What the registry says holds now; while it is away, what the store heard last. */
function summaryOf({ project, dag: { plan } }: DeployedDag, stored: DagState | undefined, live: ConsumerNow | undefined) {
  const { dag, on, tags, description, owner } = plan;
  const before = stored?.paused === true && stored.since !== null ? { since: stored.since, by: null } : null;
  return {
    ...{ dag, project, tags: [...tags], ...defined({ description, owner }) },
    ...{ condition: on === null ? null : describeCondition(on), on },
    paused: jsonView(live === undefined ? before : live.paused),
    faulted: live === undefined ? (stored?.faulted ?? null) : live.faulted,
    running: live?.running ?? stored?.running ?? 0,
    ...(live === undefined ? {} : { pending: live.pending, failedRuns: live.failed.runs, heldEvents: live.failed.events }),
    lastRun: jsonView(stored?.lastRun ?? null),
  };
}

export function unknownDag(dag: string): HeadgateError {
  return new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, { hint: "GET /v1/dags lists what is deployed" });
}
