import { z } from "@hono/zod-openapi";
import type { RegistryStatus } from "../../client/registry.ts";
import { FACTS_OF_A_SHARD } from "../../core/fact.ts";
import { jsonView } from "../../core/json-view.ts";
import type { ProjectionState } from "../../store/queries/trouble.ts";
import type { ApiDeps } from "../deps.ts";
import { instant } from "../frame/fields.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { soon } from "../frame/unless-away.ts";
import { unlessStoreAway } from "../frame/unless-store-away.ts";

/** Faulted DAGs that are named. */
const MOST_NAMED = 100;

const RegistryState = z
  .object({
    epoch: z.string(),
    clock: instant.openapi({ description: "When it decided last." }),
    held: z.object({ since: instant, by: z.string().nullable() }).nullable(),
    events: z
      .object({ accepted: z.int(), pending: z.int(), stored: z.int() })
      .openapi({ description: "Accepted so far; pending in its state; pending and kept outside of it." }),
    next: instant.nullable().openapi({ description: "When time alone wakes it." }),
    projects: z.array(z.object({ project: z.string(), revision: z.int(), hash: z.string(), dags: z.int() })),
    dags: z.object({
      ...{ deployed: z.int(), paused: z.int(), running: z.int(), pending: z.int() },
      faulted: z.array(z.object({ dag: z.string(), faulted: z.string() })).openapi({ description: "Those whose evaluation is quarantined; at most 100." }),
    }),
    waitsForCatalogs: z.array(z.string()).openapi({ description: "Catalogues without which it decides nothing." }),
    inbox: z.int().openapi({ description: "Inputs that are not yet taken." }),
    waitingFacts: z.int().openapi({ description: "Facts that are not yet in the store." }),
    dispatching: z.int().openapi({ description: "Runs that are decided and not yet started." }),
    history: z.int().openapi({ description: "Events of its workflow's history." }),
    stateBytes: z.int(),
    shards: z.int().openapi({ description: "Workflows that share the DAGs." }),
    store: z
      .array(
        z.object({
          registry: z.string(),
          lastAt: instant.openapi({ description: "Of the newest fact that is in." }),
          upTo: z.int().openapi({ description: "Number of the newest fact that is in." }),
          missing: z.int().openapi({ description: "Facts before it that are still on their way." }),
          unprojected: z.int().openapi({ description: "Facts that Postgres refused." }),
          lagMs: z.number().openapi({ description: "How far the store is behind the registry; 0 while nothing waits." }),
        }),
      )
      .openapi({ description: "How complete the store is, for each numbering of facts, the newest first; empty while it is away." }),
  })
  .openapi("RegistryState");

const Queue = z
  .object({
    queue: z.string(),
    project: z.string().nullable().openapi({ description: "Whose it is; null for the queue of the registry and the watchers." }),
    workers: z.array(z.string()).openapi({ description: "Identities of those who take work from it." }),
  })
  .openapi("TaskQueue");

const state = readRoute({ path: "/v1/registry", tag: "registry", summary: "How the registry is: what it holds, what is on its way", ok: RegistryState });
const workers = readRoute({
  ...{ path: "/v1/workers", tag: "registry", summary: "Task queues, with the workers that take work from them", ok: z.object({ items: z.array(Queue) }) },
});

export function createRegistryRoutes({ store, client, patience }: ApiDeps): Router {
  const router = createRouter();

  router.openapi(state, async (c) => {
    const [found, projections] = await Promise.all([
      soon(async () => await (await client.registry()).state(), patience),
      unlessStoreAway(
        () => store.listProjections(),
        () => [],
      ),
    ]);
    const { consumers, shards, ...rest } = found;
    const sum = (pick: (consumer: RegistryStatus["consumers"][number]) => number): number => consumers.reduce((total, one) => total + pick(one), 0);
    const dags = {
      deployed: consumers.length,
      paused: sum(({ paused }) => (paused === null ? 0 : 1)),
      running: sum(({ running }) => running),
      pending: sum(({ pending }) => pending),
      faulted: consumers.flatMap(({ dag, faulted }) => (faulted === null ? [] : [{ dag, faulted }])).slice(0, MOST_NAMED),
    };
    return c.json(jsonView({ ...rest, dags, shards: shards?.length ?? 1, store: projections.map((one) => completeness(one, found)) }), 200);
  });

  router.openapi(workers, async (c) => {
    const asked = client.workers;
    const items = asked === undefined ? [] : await soon(async () => await asked((await store.listDeploys()).map(({ project }) => project)), patience);
    return c.json({ items: items.map((one) => ({ ...one, workers: [...one.workers] })) }, 200);
  });

  return router;
}

function completeness({ registry, covered, lastAt, unprojected }: ProjectionState, { clock, waitingFacts }: RegistryStatus) {
  const upTo = Math.max(0, ...covered.map(([, to]) => to));
  const ranges = [...covered].sort(([one], [other]) => one - other);
  const missing = ranges.reduce((sum, [from], index) => sum + gapBefore(from, ranges[index - 1]?.[1]), 0);
  return { registry, lastAt, upTo, missing, unprojected, lagMs: waitingFacts === 0 ? 0 : Math.max(0, clock - lastAt) };
}

/** Facts between two ranges that are in. Shards number theirs in blocks: between the last of one and the first of the next there are none. */
function gapBefore(from: number, last: number | undefined): number {
  const blockOf = (n: number): number => Math.floor(n / FACTS_OF_A_SHARD);
  return last === undefined || blockOf(last) !== blockOf(from) ? 0 : from - last - 1;
}
