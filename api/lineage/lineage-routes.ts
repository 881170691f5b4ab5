import { z } from "@hono/zod-openapi";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import type { LineageEdge, LineageNode } from "../../store/queries/lineage.ts";
import type { ApiDeps } from "../deps.ts";
import { consumersNow } from "../frame/consumers-now.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { Lineage } from "./lineage-schemas.ts";

/** Most arrows of the whole graph: what a browser can draw and a person can look at. */
const MOST_EDGES = 20_000;

const steps = z.coerce.number().int().min(0).max(100).default(3);

const graph = readRoute({
  ...{ path: "/v1/lineage", tag: "lineage", summary: "Assets, DAGs and watchers, and how they hang together, as it is deployed now", ok: Lineage },
  description: "Around one asset, DAG or watcher, or of all. Groups and patterns are shown as the assets that they stand for.",
  query: {
    asset: z.string().transform(normalizeUri).optional().openapi({ type: "string" }),
    dag: z.string().optional(),
    watcher: z.string().optional(),
    up: steps.openapi({ description: "Most steps to what it is made from." }),
    down: steps.openapi({ description: "Most steps to what is made from it." }),
  },
});

type Start = Pick<LineageNode, "kind" | "id">;
interface Part {
  readonly nodes: readonly (Start & { readonly depth?: number })[];
  readonly edges: readonly LineageEdge[];
  readonly more: boolean;
}

export function createLineageRoutes({ store, client, patience }: ApiDeps): Router {
  const router = createRouter();
  const now = consumersNow({ client, patience });

  router.openapi(graph, async (c) => {
    const { up, down, ...named } = c.req.valid("query");
    const start = startOf(named);
    const part = start === undefined ? await store.wholeLineage(MOST_EDGES) : await around(start, up, down);
    const { nodes, edges, more } = part;
    return c.json({ nodes: await withStates(nodes), edges: edges.map((edge) => ({ ...edge })), more }, 200);
  });

  async function around(start: Start, up: number, down: number): Promise<Part> {
    const [above, below] = await Promise.all([store.lineage(start, { direction: "up", depth: up }), store.lineage(start, { direction: "down", depth: down })]);
    const edges = [...above.edges, ...below.edges];
    if (edges.length === 0 && !(await isKnown(start))) throw unknownStart(start);
    // What stands on both sides, in a cycle, counts by its shorter way.
    const nodes = new Map<string, LineageNode>();
    for (const node of [...above.nodes, ...below.nodes].sort(farFirst)) nodes.set(`${node.kind} ${node.id}`, node);
    return {
      nodes: [...nodes.values()].sort((a, b) => farFirst(b, a)),
      edges: [...new Map(edges.map((edge) => [JSON.stringify(edge), edge])).values()],
      more: false,
    };
  }

  async function isKnown({ kind, id }: Start): Promise<boolean> {
    if (kind === "asset") return (await store.findAsset(id)) !== undefined;
    return (await store.deployedCatalogs()).some((catalog) =>
      kind === "dag" ? catalog.dags.some(({ plan }) => plan.dag === id) : catalog.watchers.some((watcher) => watcher.id === id),
    );
  }

  async function withStates(nodes: Part["nodes"]) {
    const ids = (kind: Start["kind"]): string[] => nodes.flatMap((node) => (node.kind === kind ? [node.id] : []));
    const [assets, dags, live, catalogs] = await Promise.all([store.assetStates(ids("asset")), store.dagStates(ids("dag")), now(), store.deployedCatalogs()]);
    const projects = new Map(catalogs.flatMap(({ project, dags }) => dags.map(({ plan }) => [plan.dag, project])));
    const watchers = new Map(catalogs.flatMap(({ project, watchers }) => watchers.map(({ id, source }) => [id, { project, source }])));
    return nodes.map(({ kind, id, depth }) => {
      const name = { id, ...(depth === undefined ? {} : { depth }) };
      if (kind === "watcher") return { kind, ...name, project: null, source: null, ...watchers.get(id) };
      if (kind === "asset") {
        const { project = null, groups = [], version = 0, at = null, freshness = null } = assets.get(id) ?? {};
        return jsonView({ kind, ...name, project, groups, version, at, freshness });
      }
      const state = dags.get(id);
      const consumer = live?.get(id);
      return jsonView({
        ...{ kind, ...name, project: projects.get(id) ?? null },
        paused: consumer === undefined ? (state?.paused ?? false) : consumer.paused !== null,
        faulted: consumer === undefined ? (state?.faulted ?? null) : consumer.faulted,
        running: consumer?.running ?? state?.running ?? 0,
        ...{ status: state?.lastRun?.status ?? null, at: state?.lastRun?.startedAt ?? null },
        ...(consumer === undefined ? {} : { pending: consumer.pending }),
      });
    });
  }

  return router;
}

function farFirst(a: LineageNode, b: LineageNode): number {
  return b.depth - a.depth || (a.id < b.id ? 1 : -1);
}

function startOf(named: { readonly [Kind in Start["kind"]]?: string | undefined }): Start | undefined {
  const given = (["asset", "dag", "watcher"] as const).flatMap((kind) => (named[kind] === undefined ? [] : [{ kind, id: named[kind] }]));
  if (given.length > 1)
    throw new HeadgateError("E_API_REQUEST", "the lineage of one thing is asked for, not of several", { where: "query", hint: "give asset, dag or watcher" });
  return given[0];
}

function unknownStart({ kind, id }: Start): HeadgateError {
  if (kind === "asset") return new HeadgateError("E_ASSET_UNKNOWN", `neither a deploy nor an event named ${id}`, { hint: "GET /v1/assets lists the assets" });
  if (kind === "dag") return new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${id}`, { hint: "GET /v1/dags lists what is deployed" });
  return new HeadgateError("E_WATCHER_UNKNOWN", `no deployed watcher is called ${id}`, { hint: "GET /v1/watchers lists the watchers" });
}
