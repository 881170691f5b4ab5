import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { instantQuery } from "../frame/fields.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { RunPage } from "../runs/run-schemas.ts";
import { params, unknownAsset } from "./asset-path.ts";
import { Asset, AssetEventPage, AssetPage, DefinitionVersionPage, PartitionVersion } from "./asset-schemas.ts";

const list = readRoute({
  ...{ path: "/v1/assets", tag: "assets", summary: "Assets in order of their URI", ok: AssetPage },
  query: {
    search: z.string().optional().openapi({ description: "Part of the URI." }),
    owner: z.string().optional(),
    tag: z.string().optional(),
    group: z.string().optional(),
    freshness: z.enum(["fresh", "stale", "unknown"]).optional(),
    ...pageQuery,
  },
});
const one = readRoute({ path: "/v1/assets/{asset}", tag: "assets", summary: "One asset", params, ok: Asset });
const events = readRoute({
  ...{ path: "/v1/assets/{asset}/events", tag: "assets", summary: "Events of an asset, the newest first", params, ok: AssetEventPage },
  query: {
    partition: z.string().optional().openapi({ description: "Empty: those without a partition." }),
    since: instantQuery.optional(),
    until: instantQuery.optional().openapi({ description: "Accepted before." }),
    ...pageQuery,
  },
});
const metadata = readRoute({
  ...{ path: "/v1/assets/{asset}/metadata", tag: "assets", params, ok: DefinitionVersionPage },
  summary: "Each definition that an asset had: owner, tags, meta, partitions; the one that was deployed last first",
  query: pageQuery,
});
const partitionVersions = readRoute({
  ...{ path: "/v1/assets/{asset}/partition-versions", tag: "assets", params, ok: z.object({ items: z.array(PartitionVersion) }) },
  summary: "Partitions that have events, the one with the newest event first",
  query: { limit: z.coerce.number().int().min(1).max(1_000).default(50) },
});
const runs = readRoute({
  ...{ path: "/v1/assets/{asset}/runs", tag: "assets", summary: "Runs that published an asset, the one with its newest event first", params, ok: RunPage },
  query: pageQuery,
});

export function createAssetRoutes({ store }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.string()]));
    const found = await store.listAssets({ ...defined(filter), ...(after === undefined ? {} : { after: after[0] }), limit: rows });
    return c.json(
      page(found, ({ asset }) => [asset], jsonView),
      200,
    );
  });

  router.openapi(one, async (c) => {
    const { asset } = c.req.valid("param");
    const found = await store.findAsset(asset);
    if (found === undefined) throw unknownAsset(asset);
    return c.json(jsonView(found), 200);
  });

  router.openapi(events, async (c) => {
    const { asset } = c.req.valid("param");
    const { limit, cursor, partition, since, until } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.number(), z.string(), z.int()]));
    const found = await store.listVersions(asset, {
      ...(partition === undefined ? {} : { partition: partition === "" ? null : partition }),
      ...(after === undefined ? {} : { after: { at: after[0], registry: after[1], seq: after[2] } }),
      ...defined({ since, before: until }),
      limit: rows,
    });
    if (found.length === 0 && (await store.findAsset(asset)) === undefined) throw unknownAsset(asset);
    return c.json(
      page(found, ({ at, registry, seq }) => [at, registry, seq], jsonView),
      200,
    );
  });

  router.openapi(metadata, async (c) => {
    const { asset } = c.req.valid("param");
    const { rows, after, page } = readPage(c, c.req.valid("query"), z.tuple([z.string()]));
    const found = await store.listDefinitions(asset, { ...(after === undefined ? {} : { after: after[0] }), limit: rows });
    if (found.length === 0 && (await store.findAsset(asset)) === undefined) throw unknownAsset(asset);
    return c.json(
      page(found, ({ hash }) => [hash] as const, jsonView),
      200,
    );
  });

  router.openapi(partitionVersions, async (c) => {
    const { asset } = c.req.valid("param");
    const items = await store.listPartitions(asset, c.req.valid("query").limit);
    if (items.length === 0 && (await store.findAsset(asset)) === undefined) throw unknownAsset(asset);
    return c.json({ items: jsonView(items) }, 200);
  });

  router.openapi(runs, async (c) => {
    const { asset } = c.req.valid("param");
    const { rows, after, page } = readPage(c, c.req.valid("query"), z.tuple([z.number(), z.string(), z.int()]));
    const from = after === undefined ? {} : { after: { at: after[0], registry: after[1], seq: after[2] } };
    const found = await store.runsPublishing(asset, { ...from, limit: rows });
    if (found.length === 0 && (await store.findAsset(asset)) === undefined) throw unknownAsset(asset);
    return c.json(
      page(
        found,
        ({ event: { at, registry, seq } }) => [at, registry, seq] as const,
        ({ run }) => jsonView(run),
      ),
      200,
    );
  });

  return router;
}
