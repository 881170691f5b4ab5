import { z } from "@hono/zod-openapi";
import type { Catalog } from "../../core/catalog.ts";
import { walkCondition } from "../../core/conditions/condition-tree.ts";
import { jsonView } from "../../core/json-view.ts";
import { compileCron } from "../../core/time/cron.ts";
import type { ApiDeps } from "../deps.ts";
import { instant } from "../frame/fields.ts";
import { pageOf, pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const Schedule = z
  .object({
    dag: z.string(),
    project: z.string(),
    path: z.string().openapi({ description: "Where it stands in the condition; empty where it is all of it." }),
    cron: z.string().nullable(),
    tz: z.string().nullable().openapi({ description: "The zone of the cron expression." }),
    every: z.string().nullable(),
    next: instant
      .nullable()
      .openapi({ description: "When the expression ticks next. Null for `every`, which counts from the deploy: `/v1/dags/{dag}/explain` knows." }),
    paused: z.boolean().openapi({ description: "Whether the DAG is paused: it ticks, and nothing starts." }),
  })
  .openapi("Schedule");

const list = readRoute({
  ...{ path: "/v1/schedules", tag: "schedules", summary: "What ticks: the clocks in the conditions of deployed DAGs, in order of the DAGs' ids" },
  ok: pageOf(Schedule, "SchedulePage"),
  query: pageQuery,
});

export function createScheduleRoutes({ store, now = Date.now }: ApiDeps): Router {
  const router = createRouter();
  router.openapi(list, async (c) => {
    const { rows, after, page } = readPage(c, c.req.valid("query"), z.tuple([z.string(), z.string()]));
    const isLater = ({ dag, path }: Clock): boolean => after === undefined || dag > after[0] || (dag === after[0] && path > after[1]);
    const found = (await store.deployedCatalogs()).flatMap(clocksOf).filter(isLater).sort(byPlace).slice(0, rows);
    const states = await store.dagStates([...new Set(found.map(({ dag }) => dag))]);
    return c.json(
      page(
        found,
        ({ dag, path }) => [dag, path] as const,
        (clock) =>
          jsonView({
            ...clock,
            next: clock.cron === null ? null : compileCron(clock.cron, clock.tz ?? "UTC").next(now()),
            paused: states.get(clock.dag)?.paused ?? false,
          }),
      ),
      200,
    );
  });
  return router;
}

type Clock = Pick<z.infer<typeof Schedule>, "dag" | "project" | "path" | "cron" | "tz" | "every">;

function clocksOf({ project, dags }: Catalog): readonly Clock[] {
  return dags.flatMap(({ plan: { dag, on } }) => {
    const clocks: Clock[] = [];
    if (on === null) return clocks;
    walkCondition(on, (node, path) => {
      if ("cron" in node) clocks.push({ dag, project, path, cron: node.cron, tz: node.tz ?? "UTC", every: null });
      if ("every" in node) clocks.push({ dag, project, path, cron: null, tz: null, every: node.every });
    });
    return clocks;
  });
}

function byPlace(a: Clock, b: Clock): number {
  if (a.dag !== b.dag) return a.dag < b.dag ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
