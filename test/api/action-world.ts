import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { batchSender } from "../../activities/batch-sender.ts";
import { checkEventData } from "../../activities/check-events.ts";
import { makeToken } from "../../api/access/new-token.ts";
import { createApp } from "../../api/app.ts";
import type { Router } from "../../api/frame/router.ts";
import { createPublisher } from "../../client/publisher.ts";
import { registryClient } from "../../client/registry.ts";
import { runsClient } from "../../client/runs.ts";
import { signalSender } from "../../client/signal-sender.ts";
import { watchersClient } from "../../client/watchers.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Definition } from "../../core/definition.ts";
import { all, asset, dag, daily, watch } from "../../core/index.ts";
import { namesFor } from "../../core/names.ts";
import { readConnections } from "../../runtime/connections.ts";
import { createDefinitionSet } from "../../runtime/definition-set.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { createLogger } from "../../runtime/logger.ts";
import { connectTemporal } from "../../runtime/temporal-connection.ts";
import { startWorker } from "../../runtime/worker.ts";
import { openStore, type Store } from "../../store/index.ts";
import { files } from "../../watchers/files/index.ts";
import { createIngress } from "../../watchers/ingress.ts";
import { webhook } from "../../watchers/webhook/index.ts";
import { createWorld } from "../support/stack.ts";
import { terminateRunning } from "../support/terminate-running.ts";

/** What a test can be told, by the tests themselves: whether `load` fails. */
export const mood = { failing: true };

const raw = asset("lake://raw");
const rates = asset("lake://rates");
const pushed = asset("lake://pushed");
export const made = asset("lake://made", { partitions: daily() });

function salesOf(landing: string): readonly Definition[] {
  return [
    dag("clean", { on: raw, params: z.object({ full: z.boolean() }) }, (d) => {
      const load = d.task("load", {
        run: () => {
          if (mood.failing) throw new Error("the disk is full");
          return 1;
        },
      });
      d.task("check", { after: [load], run: () => 2 });
    }),
    dag("mart", { on: all(raw, rates) }, (d) => {
      d.task("build", { run: () => 1 });
    }),
    dag("slow", {}, (d) => {
      d.task("wait", { run: (_, ctx) => new Promise((_resolve, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))) });
    }),
    dag("reviewed", {}, (d) => {
      const review = d.approve("review");
      d.task("after", { after: [review], run: () => 1 });
    }),
    dag("days", { on: asset("lake://days", { partitions: daily() }) }, (d) => {
      d.task("make", { outlets: [made], run: () => 1 });
    }),
    watch("arrivals", files({ path: landing }), { publishes: asset(pathToFileURL(landing).href) }),
    watch("pushes", webhook({ id: "id" }), {
      publishes: pushed,
      map: ({ body }) => {
        if (!(body as { good?: boolean }).good) throw new Error("this is not good");
        return { data: {} };
      },
    }),
  ];
}
const FINANCE: readonly Definition[] = [
  dag("ledger", { on: asset("lake://payments") }, (d) => {
    d.task("book", { run: () => 1 });
  }),
];

export interface ActionAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into an answer whose form it checks itself
  readonly body: any;
}

/** Two projects on one registry with their workers, and the API over them. */
export interface ActionWorld {
  readonly store: Store;
  readonly app: Router;
  /** What could not be served, as the log says it. */
  readonly lines: readonly string[];
  post(path: string, body?: object, token?: string): Promise<ActionAnswer>;
  /** A token with these scopes. */
  token(scopes: string): Promise<string>;
  publish(uri: string, id: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createActionWorld(): Promise<ActionWorld> {
  const world = await createWorld({ tables: true });
  const names = namesFor(world.environment);
  const logger = createLogger({ level: "error" });
  const temporal = await connectTemporal({ temporalAddress: world.temporalAddress, temporalNamespace: world.namespace }, logger);
  const store = openStore({ url: world.databaseUrl });
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-actions-"));
  const landing = await mkdtemp(join(tmpdir(), "headgate-landing-"));
  const sales = salesOf(landing);
  const common = { temporal, store, connections: readConnections({}), logger, environment: world.environment, stateDir };
  const workers = [
    await startWorker({ ...common, project: "sales", definitions: sales, watchersEvery: 250 }),
    await startWorker({ ...common, project: "finance", definitions: FINANCE, roles: ["tasks"] }),
  ];
  for (const [project, definitions] of [
    ["sales", sales],
    ["finance", FINANCE],
  ] as const) {
    const { catalog, errors } = buildCatalog(project, definitions, { taskQueue: names.projectQueue(project) });
    if (errors[0] !== undefined) throw errors[0];
    await deployCatalog(temporal.client, names, catalog, { previous: null });
  }
  const registry = registryClient(temporal.client, names);
  const publisher = createPublisher({ send: signalSender(temporal.client, names.registry), giveUpAfter: 10_000 });
  const definitions = createDefinitionSet(sales);
  const runs = runsClient(temporal.client, registry);
  const watchers = watchersClient(temporal.client, names);
  const lines: string[] = [];
  const app = createApp({
    store,
    client: { registry: async () => registry, runs: async () => runs, watchers: async () => watchers },
    ingress: createIngress({ outbox: store.outbox, sender: batchSender(publisher, registry) }),
    check: (event) => checkEventData(definitions, event),
    watcher: (id) => definitions.watcher(id),
    connection: () => "",
    ready: () => store.ping(),
    tokens: [],
    log: { warn: (line) => void lines.push(line) },
  });
  let tokens = 0;
  return {
    ...{ store, app, lines },
    post: async (path, body = {}, token) => {
      const headers = { host: "localhost", "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
      const response = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    },
    token: async (scopes) => {
      tokens += 1;
      return (await makeToken(store.access.tokens, { name: `t${tokens}`, scopes: scopes.split(","), expiresAt: null, by: "test" })).token;
    },
    publish: (uri, id) => publisher.publish([{ asset: uri, id }]),
    async [Symbol.asyncDispose]() {
      await publisher.close();
      await terminateRunning(temporal.client, undefined, (workflowId) => workflowId.startsWith(world.environment));
      for (const worker of workers) await worker.stop();
      await store.close();
      await temporal.close();
      for (const folder of [stateDir, landing]) await rm(folder, { recursive: true, force: true });
      await world[Symbol.asyncDispose]();
    },
  };
}
