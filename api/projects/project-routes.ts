import { z } from "@hono/zod-openapi";
import { jsonView } from "../../core/json-view.ts";
import type { ApiDeps } from "../deps.ts";
import { instant } from "../frame/fields.ts";
import { pageOf, pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const Project = z
  .object({
    project: z.string(),
    revision: z.int().openapi({ description: "Grows with each deploy." }),
    at: instant.openapi({ description: "When it was deployed last." }),
    catalog: z.string().openapi({ description: "Hash of what was deployed." }),
    taskQueue: z.string().openapi({ description: "Of its runs and tasks." }),
    assets: z.int(),
    dags: z.int(),
    watchers: z.int(),
  })
  .openapi("Project");

const list = readRoute({
  ...{ path: "/v1/projects", tag: "projects", summary: "Deployed projects in order of their names", ok: pageOf(Project, "ProjectPage") },
  query: pageQuery,
});

export function createProjectRoutes({ store }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(list, async (c) => {
    const { rows, after, page } = readPage(c, c.req.valid("query"), z.tuple([z.string()]));
    const [deploys, catalogs] = await Promise.all([store.listDeploys(), store.deployedCatalogs()]);
    const bodies = new Map(catalogs.map((catalog) => [catalog.hash, catalog]));
    const found = deploys.filter(({ project }) => after === undefined || project > after[0]).slice(0, rows);
    return c.json(
      page(
        found,
        ({ project }) => [project] as const,
        ({ project, revision, at, catalog }) => {
          const { taskQueue = "", assets = [], dags = [], watchers = [] } = bodies.get(catalog) ?? {};
          return jsonView({ ...{ project, revision, at, catalog, taskQueue }, assets: assets.length, dags: dags.length, watchers: watchers.length });
        },
      ),
      200,
    );
  });
  return router;
}
