import { z } from "@hono/zod-openapi";
import type { CatalogWatcher } from "../../core/catalog.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import type { WatcherStatus } from "../../core/watcher-protocol.ts";
import type { ApiDeps } from "../deps.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { RefusedRequest } from "../frame/problem.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { unlessAway } from "../frame/unless-away.ts";
import { DeadLetter, DeadLetterPage, WatcherDetails, WatcherPage } from "./watcher-schemas.ts";

const params = { watcher: z.string() };
const list = readRoute({
  path: "/v1/watchers",
  tag: "watchers",
  summary: "Watchers in order of their ids, with what they do now",
  ok: WatcherPage,
  query: pageQuery,
});
const one = readRoute({
  ...{ path: "/v1/watchers/{watcher}", tag: "watchers", params, ok: WatcherDetails },
  summary: "One watcher: its position, its outbox, its resets",
});
const waiting = z.enum(["true", "false"]).optional().openapi({ description: "true: those that were neither sent again nor dropped." });
const letters = readRoute({
  ...{ path: "/v1/watchers/{watcher}/dead-letters", tag: "watchers", params, ok: DeadLetterPage },
  summary: "Items that a watcher could not make events of, the newest first",
  query: { waiting, ...pageQuery },
});

const allLetters = readRoute({
  ...{ path: "/v1/dead-letters", tag: "watchers", ok: DeadLetterPage, query: { waiting, ...pageQuery } },
  summary: "Items that watchers could not make events of, the newest first",
});
const letter = readRoute({
  ...{ path: "/v1/watchers/{watcher}/dead-letters/{id}", tag: "watchers", ok: DeadLetter, summary: "One item that a watcher could not make an event of" },
  params: { ...params, id: z.string().openapi({ description: "Percent-encoded." }) },
});

export function createWatcherRoutes({ store, client, patience }: ApiDeps): Router {
  const router = createRouter();
  const liveOf = (watcher: string): Promise<WatcherStatus | null> => unlessAway(async () => (await client.watchers()).status(watcher), patience);

  router.openapi(list, async (c) => {
    const { rows, after, page } = readPage(c, c.req.valid("query"), z.tuple([z.string()]));
    const [deployed, versions] = await Promise.all([store.deployedWatchers(), store.watcherVersions()]);
    const known = [...new Set([...deployed.map(({ id }) => id), ...versions.keys()])].sort();
    const ids = known.filter((id) => after === undefined || id > after[0]).slice(0, rows);
    const [stored, live] = await Promise.all([store.listWatchers({ ids }), Promise.all(ids.map(liveOf))]);
    const views = ids.map((watcher, index) => ({
      watcher,
      deployed: asDeployed(deployed.find(({ id }) => id === watcher)),
      live: live[index] ?? null,
      stored: stored.find((row) => row.watcher === watcher) ?? null,
    }));
    return c.json(
      page(views, ({ watcher }) => [watcher] as const, jsonView),
      200,
    );
  });

  router.openapi(one, async (c) => {
    const { watcher } = c.req.valid("param");
    const [stored, deployed, live] = await Promise.all([store.showWatcher(watcher), store.deployedWatchers(), liveOf(watcher)]);
    const view = { watcher, deployed: asDeployed(deployed.find(({ id }) => id === watcher)), live, stored: stored ?? null };
    if (view.deployed === null && live === null && view.stored === null) throw unknownWatcher(watcher);
    return c.json(jsonView(view), 200);
  });

  router.openapi(letters, async (c) => {
    const { watcher } = c.req.valid("param");
    const { waiting: only, ...query } = c.req.valid("query");
    const { rows, after, page } = readPage(c, query, letterPlace);
    const found = await store.listDeadLetters({ watcher, waiting: only === "true", limit: rows, ...letterAfter(after) });
    if (found.length === 0 && !(await isKnown(watcher))) throw unknownWatcher(watcher);
    return c.json(
      page(found, ({ at, id }) => [at, id] as const, jsonView),
      200,
    );
  });

  router.openapi(allLetters, async (c) => {
    const { waiting: only, ...query } = c.req.valid("query");
    const { rows, after, page } = readPage(c, query, letterPlace);
    const found = await store.listDeadLetters({ waiting: only === "true", limit: rows, ...letterAfter(after) });
    return c.json(
      page(found, ({ at, id }) => [at, id] as const, jsonView),
      200,
    );
  });

  router.openapi(letter, async (c) => {
    const { watcher, id } = c.req.valid("param");
    const found = await store.showDeadLetter(watcher, id);
    if (found === undefined) throw unknownLetter(watcher, id);
    return c.json(jsonView(found), 200);
  });

  async function isKnown(watcher: string): Promise<boolean> {
    const [versions, deployed] = await Promise.all([store.watcherVersions(), store.deployedWatchers()]);
    return versions.has(watcher) || deployed.some(({ id }) => id === watcher);
  }

  return router;
}

const letterPlace = z.tuple([z.number(), z.string()]);
const letterAfter = (after: z.infer<typeof letterPlace> | undefined) => (after === undefined ? {} : { after: { at: after[0], id: after[1] } });

function asDeployed(watcher: CatalogWatcher | undefined): (CatalogWatcher & Record<string, unknown>) | null {
  return watcher === undefined ? null : { ...watcher };
}

export function unknownLetter(watcher: string, id: string): RefusedRequest {
  return new RefusedRequest(404, "E_USAGE", `there is no dead letter "${id}"`, {
    where: `watcher ${watcher}`,
    hint: `\`headgate dead-letters list --watcher ${watcher} --all\` and /v1/watchers/${watcher}/dead-letters show their ids`,
  });
}

function unknownWatcher(watcher: string): HeadgateError {
  return new HeadgateError("E_WATCHER_UNKNOWN", `no watcher is called ${watcher}`, {
    where: `watcher ${watcher}`,
    hint: "GET /v1/watchers lists the watchers",
  });
}
