import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Layout } from "./shell/layout.tsx";
import { Lost } from "./shell/lost.tsx";
import { PageError } from "./shell/page-error.tsx";
import { parseSearch, stringifySearch, textSearch } from "./shell/search-params.ts";
import { SignInPage } from "./shell/sign-in-page.tsx";

const root = createRootRoute({ component: Layout, notFoundComponent: Lost, errorComponent: PageError });
const parent = { getParentRoute: () => root } as const;

/** Each page is a chunk of its own, loaded when it is opened, or when a link to it is pointed at. */
const routes = [
  createRoute({ ...parent, path: "/", component: lazyRouteComponent(() => import("./pages/home/home-page.tsx"), "HomePage") }),
  createRoute({
    ...parent,
    path: "/problems",
    validateSearch: textSearch("kind", "owner", "project"),
    component: lazyRouteComponent(() => import("./pages/problems/problems-page.tsx"), "ProblemsPage"),
  }),
  createRoute({
    ...parent,
    path: "/lineage",
    validateSearch: textSearch("asset", "dag", "up", "down", "node", "event", "folded"),
    component: lazyRouteComponent(() => import("./pages/lineage/lineage-page.tsx"), "LineagePage"),
  }),
  createRoute({
    ...parent,
    path: "/assets",
    validateSearch: textSearch("search", "owner", "tag", "group", "freshness"),
    component: lazyRouteComponent(() => import("./pages/assets/assets-page.tsx"), "AssetsPage"),
  }),
  createRoute({
    ...parent,
    path: "/assets/$asset",
    validateSearch: textSearch("partition"),
    component: lazyRouteComponent(() => import("./pages/asset/asset-page.tsx"), "AssetPage"),
  }),
  createRoute({
    ...parent,
    path: "/events",
    validateSearch: textSearch("prefix", "asset", "id", "source", "run", "since"),
    component: lazyRouteComponent(() => import("./pages/events/events-page.tsx"), "EventsPage"),
  }),
  createRoute({ ...parent, path: "/events/$source/$id", component: lazyRouteComponent(() => import("./pages/event/event-page.tsx"), "EventPage") }),
  createRoute({
    ...parent,
    path: "/dags",
    validateSearch: textSearch("search", "project"),
    component: lazyRouteComponent(() => import("./pages/dag/dags-page.tsx"), "DagsPage"),
  }),
  createRoute({
    ...parent,
    path: "/dags/$dag",
    component: lazyRouteComponent(() => import("./pages/dag/dag-page.tsx"), "DagPage"),
  }),
  createRoute({
    ...parent,
    path: "/runs",
    validateSearch: textSearch("dag", "status", "partition", "since", "work", "of"),
    component: lazyRouteComponent(() => import("./pages/runs/runs-page.tsx"), "RunsPage"),
  }),
  createRoute({
    ...parent,
    path: "/runs/$run",
    validateSearch: textSearch("task", "attempt", "level"),
    component: lazyRouteComponent(() => import("./pages/run/run-page.tsx"), "RunPage"),
  }),
  createRoute({
    ...parent,
    path: "/watchers",
    component: lazyRouteComponent(() => import("./pages/watcher/watchers-page.tsx"), "WatchersPage"),
  }),
  createRoute({
    ...parent,
    path: "/watchers/$watcher",
    component: lazyRouteComponent(() => import("./pages/watcher/watcher-page.tsx"), "WatcherPage"),
  }),
  createRoute({
    ...parent,
    path: "/simulator",
    validateSearch: textSearch("tab", "dag"),
    component: lazyRouteComponent(() => import("./pages/simulator/simulator-page.tsx"), "SimulatorPage"),
  }),
  createRoute({
    ...parent,
    path: "/operations",
    component: lazyRouteComponent(() => import("./pages/operations/operations-page.tsx"), "OperationsPage"),
  }),
  createRoute({ ...parent, path: "/sign-in", validateSearch: textSearch("to", "error"), component: SignInPage }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
