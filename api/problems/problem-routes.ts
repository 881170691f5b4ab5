import { z } from "@hono/zod-openapi";
import type { Problem } from "../../core/alert.ts";
import { jsonView } from "../../core/json-view.ts";
import { titleOf } from "../../runtime/notify/messages.ts";
import { ABOUT } from "../../runtime/notify/routes.ts";
import type { ApiDeps } from "../deps.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { ProblemKind, ProblemPage } from "./problem-schemas.ts";

const list = readRoute({
  ...{ path: "/v1/problems", tag: "problems", summary: "What is wrong now, the newest first, and who was told of it", ok: ProblemPage },
  description: "Failed runs, stale assets, quarantined and looping DAGs, stopped watchers and dead letters: each until it is over.",
  query: {
    kind: ProblemKind.optional(),
    project: z.string().optional(),
    owner: z.string().optional(),
    subject: z.string().optional().openapi({ description: "Id of a DAG or watcher, URI of an asset." }),
    ...pageQuery,
  },
});

/** What is wrong is at most what is deployed: all of it is looked up, whatever page is shown, so that it can be counted. */
export function createProblemRoutes({ store, now = Date.now }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, z.tuple([z.number(), z.string(), z.string()]));
    const wanted = Object.entries(filter) as readonly (readonly [keyof typeof filter, string])[];
    const found = (await store.findProblems(now())).filter((problem) => wanted.every(([name, value]) => problem[name] === value)).sort(newestFirst);
    const shown = (after === undefined ? found : found.filter((problem) => newestFirst(keyed(after), problem) < 0)).slice(0, rows);
    const told = await store.listTold(shown);
    return c.json(
      {
        ...page(
          shown,
          ({ since, kind, subject }) => [since, kind, subject] as const,
          (problem) => jsonView({ ...problem, about: ABOUT[problem.kind], title: titleOf(problem), told: told.get(problem) ?? [] }),
        ),
        total: found.length,
      },
      200,
    );
  });

  return router;
}

type Key = Pick<Problem, "since"> & { readonly kind: string; readonly subject: string };

function newestFirst(a: Key, b: Key): number {
  return b.since - a.since || compare(a.kind, b.kind) || compare(a.subject, b.subject);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyed([since, kind, subject]: readonly [number, string, string]): Key {
  return { since, kind, subject };
}
