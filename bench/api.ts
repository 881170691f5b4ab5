import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../api/app.ts";
import type { RegistryClient } from "../client/registry.ts";
import { emptyState, explain, openRegistry, step } from "../registry/index.ts";
import { startPostgres } from "../runtime/embedded/postgres.ts";
import { openStore, type Store } from "../store/index.ts";
import { createIngress } from "../watchers/ingress.ts";
import { createMemoryOutbox } from "../watchers/outbox-memory.ts";
import { fillStore } from "./filled/fill.ts";
import { type Sizes, sizesOf } from "./filled/sizes.ts";
import { atMost, type Figure, percentile } from "./statistics.ts";

/** Requests of each kind; the first ones are not counted. */
const SAMPLES = 60;
const WARM_UP = 5;
const [LIST, LINEAGE, EXPLAIN] = [100, 150, 100];

/** Milliseconds below which 95 of 100 answers of each route stay, over a filled store. @param part - of the whole size */
export async function measureApi(part: number, progress: (line: string) => void): Promise<readonly Figure[]> {
  const stateDir = mkdtempSync(join(tmpdir(), "headgate-bench-api-"));
  const postgres = await startPostgres({ stateDir, settings: { fsync: "off", max_wal_size: "4GB" }, onProgress: progress });
  const sizes = sizesOf(part, Date.now());
  try {
    await fillStore({ url: postgres.databaseUrl, sizes, onProgress: progress });
    return await measureFilled(postgres.databaseUrl, sizes, progress);
  } finally {
    await postgres.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** The same over a store that is filled already. */
export async function measureFilled(url: string, sizes: Pick<Sizes, "until">, progress: (line: string) => void): Promise<readonly Figure[]> {
  const store = openStore({ url });
  try {
    await store.migrate();
    const registry = await deployedRegistry(store);
    const away = async (): Promise<never> => {
      throw new Error("there is no Temporal here");
    };
    const app = createApp({
      store,
      client: { registry: async () => registry, runs: away, watchers: away },
      ingress: createIngress({ outbox: createMemoryOutbox(), sender: { send: async () => undefined } }),
      check: async () => undefined,
      watcher: () => undefined,
      connection: () => "",
      ready: async () => undefined,
      tokens: [],
      log: { warn: progress },
      now: () => sizes.until,
    });
    const figures: Figure[] = [];
    for (const { path, most } of await requestsOf(store)) {
      const times: number[] = [];
      for (let n = 0; n < WARM_UP + SAMPLES; n += 1) {
        const begin = performance.now();
        const response = await app.request(path(n), { headers: { host: "localhost" } });
        const body = await response.text();
        if (n >= WARM_UP) times.push(performance.now() - begin);
        if (response.status !== 200) throw new Error(`${path(n)}: ${response.status} ${body}`);
      }
      const figure = atMost(`GET ${path(0)}`.slice(0, 90), "ms, p95", percentile(times, 0.95), most);
      progress(`${figure.ours.toFixed(1).padStart(8)} ms  ${path(0)}`);
      figures.push(figure);
    }
    return figures;
  } finally {
    await store.close();
  }
}

interface Request {
  /** The n-th one asks for something else each time. */
  readonly path: (n: number) => string;
  readonly most: number;
}

async function requestsOf(store: Store): Promise<readonly Request[]> {
  const [assets, runs, failed, events, watchers] = await Promise.all([
    store.listAssets({ limit: 200 }),
    store.listRuns({ limit: 200 }),
    store.listRuns({ status: "failed", limit: 200 }),
    store.listEvents({ limit: 200 }),
    store.listWatchers(),
  ]);
  const dags = [...new Set(runs.map(({ dag }) => dag))];
  const of =
    <T>(list: readonly T[], show: (one: T) => string) =>
    (n: number) =>
      encodeURIComponent(show(list[n % list.length] as T));
  const [asset, run, dag] = [of(assets, (one) => one.asset), of([...runs, ...failed], (one) => one.run), of(dags, (one) => one)];
  const event = (n: number): string => [of(events, (one) => one.source)(n), of(events, (one) => one.id)(n)].join("/");
  const list = (path: (n: number) => string): Request => ({ path, most: LIST });
  return [
    ...["", "?search=orders-0", "?owner=finance", "?tag=gold", "?group=p00-clicks"].map((query) => list(() => `/v1/assets${query}`)),
    ...["", "/events", "/metadata", "/partitions"].map((sub) => list((n) => `/v1/assets/${asset(n)}${sub}`)),
    list(() => "/v1/dags"),
    ...["", "/grid"].map((sub) => list((n) => `/v1/dags/${dag(n)}${sub}`)),
    ...["", "?status=failed", "?status=cancelled", "?status=queued", "?work=b-1"].map((query) => list(() => `/v1/runs${query}`)),
    ...["", "&status=failed", "&status=skipped"].map((query) => list((n) => `/v1/runs?dag=${dag(n)}${query}`)),
    ...["", "/logs"].map((sub) => list((n) => `/v1/runs/${run(n)}${sub}`)),
    ...["", "?prefix=s3://lake/p00/", "?prefix=s3://", "?source=headgate", "?source=nobody"].map((query) => list(() => `/v1/events${query}`)),
    list((n) => `/v1/events?asset=${asset(n)}`),
    ...["consumed", "pending", "dropped"].map((fate) => list((n) => `/v1/events?dag=${dag(n)}&fate=${fate}`)),
    list((n) => `/v1/events/${event(n)}`),
    list(() => "/v1/watchers"),
    list((n) => `/v1/watchers/${of(watchers, (one) => one.watcher)(n)}/dead-letters`),
    ...["", "?operation=fire"].map((query) => list(() => `/v1/operations${query}`)),
    { path: (n) => `/v1/lineage?asset=${asset(n)}&up=3&down=3`, most: LINEAGE },
    { path: (n) => `/v1/events/${event(n)}/fate`, most: EXPLAIN },
    { path: (n) => `/v1/runs/${run(n)}/explain`, most: EXPLAIN },
    { path: (n) => `/v1/dags/${dag(n)}/explain`, most: EXPLAIN },
  ];
}

/** The registry's own machine with all that is deployed, without the workflow around it. */
async function deployedRegistry(store: Store): Promise<RegistryClient> {
  const registry = openRegistry(emptyState("bench"));
  const now = Date.now();
  for (const catalog of await store.deployedCatalogs()) step(registry, [{ kind: "register", project: catalog.project, revision: 1, catalog }], now);
  return { explain: async (question: Parameters<RegistryClient["explain"]>[0]) => explain(registry, question, now) } as unknown as RegistryClient;
}
