import { batchSender } from "../activities/batch-sender.ts";
import { checkEventData } from "../activities/check-events.ts";
import type { ApiToken } from "../api/access/tokens.ts";
import { createApp } from "../api/app.ts";
import { createChangeFeed } from "../api/changes/feed.ts";
import type { ApiDeps } from "../api/deps.ts";
import { createPublisher } from "../client/publisher.ts";
import { registryClient } from "../client/registry.ts";
import { runsClient } from "../client/runs.ts";
import { signalSender } from "../client/signal-sender.ts";
import { taskQueues } from "../client/task-queues.ts";
import { watchersClient } from "../client/watchers.ts";
import { onContractWarning } from "../core/contract.ts";
import { namesFor } from "../core/names.ts";
import type { Config } from "../runtime/config.ts";
import type { DefinitionSet } from "../runtime/definition-set.ts";
import { environmentState } from "../runtime/metrics/environment-state.ts";
import { createMetrics } from "../runtime/metrics/metrics.ts";
import type { TemporalConnection } from "../runtime/temporal-connection.ts";
import type { Store } from "../store/index.ts";
import { createIngress } from "../watchers/ingress.ts";
import { oidcOf } from "./oidc-settings.ts";
import { type RunningApi, serveApi } from "./serve-api.ts";
import { uiFolder } from "./ui-folder.ts";

export interface StartApiOptions {
  readonly config: Config;
  /** Stay open when the API stops. */
  readonly temporal: TemporalConnection;
  readonly store: Store;
  /** Of the project's files, as they are now. */
  readonly definitions: () => DefinitionSet;
  /** Those of `HEADGATE_API_TOKENS`. */
  readonly tokens: readonly ApiToken[];
  /** Programs of this machine need no token: `headgate dev`. */
  readonly trustsPrograms: boolean;
  readonly host: string;
  readonly port: number;
  /** Of the command line, for errors: what sets the port. */
  readonly portFlag: string;
  /** Address of the Temporal Web UI. @default that of the settings */
  readonly temporalUi?: string | undefined;
  readonly log: ApiDeps["log"];
}

/** Somebody waits for the answer: after so many milliseconds without the registry it is 503. */
const PATIENCE = 5_000;

/** The API over the servers of this configuration. Throws `E_CONFIG`, and what `serveApi` throws. */
export async function startApi({
  config,
  temporal,
  store,
  definitions,
  tokens,
  trustsPrograms,
  host,
  port,
  portFlag,
  temporalUi = config.settings.temporalUi,
  log,
}: StartApiOptions): Promise<RunningApi> {
  const oidc = oidcOf(config.settings);
  const guarded = tokens.length > 0 || oidc !== undefined || (await store.access.tokens.live()).length > 0 || (await store.access.people.list()).length > 0;
  const names = namesFor(config.settings.environment);
  const registry = registryClient(temporal.client, names);
  const publisher = createPublisher({ send: signalSender(temporal.client, names.registry), giveUpAfter: PATIENCE });
  const { send, mark } = batchSender(publisher, registry);
  const soon = <T>(ask: () => Promise<T>): Promise<T> => temporal.client.withDeadline(Date.now() + PATIENCE, ask);
  const clients = { registry, runs: runsClient(temporal.client, registry, store.kept.keep), watchers: watchersClient(temporal.client, names) };
  onContractWarning((asset, issues) => log.warn(`data of an event breaks the contract of ${asset}: ${issues}`, { asset }));
  const metrics = createMetrics({ project: config.settings.project, environment: config.settings.environment });
  metrics.ask(environmentState(temporal.client, names, store));
  const changes = createChangeFeed({ store, log });
  const app = createApp({
    store,
    changes,
    client: {
      registry: async () => clients.registry,
      runs: async () => clients.runs,
      watchers: async () => clients.watchers,
      workers: (projects) => taskQueues(temporal.client, names, projects, Date.now()),
    },
    metrics,
    ingress: createIngress({ outbox: store.outbox, sender: { send, ...(mark === undefined ? {} : { mark: (watcher) => soon(() => mark(watcher)) }) } }),
    check: (event) => checkEventData(definitions(), event),
    watcher: (id) => definitions().watcher(id),
    connection: (name) => config.connections.uri(name),
    ready: async () => void (await soon(() => registry.state())),
    tokens,
    trustsPrograms,
    publicUrl: config.settings.publicUrl,
    temporal: { ui: temporalUi?.replace(/\/+$/, "") ?? null, namespace: config.settings.temporalNamespace },
    oidc,
    rates: { requests: config.settings.apiRate, signIns: config.settings.apiSignInRate },
    log,
    ui: uiFolder(),
  });
  try {
    const served = await serveApi({ app, host, port, portFlag, guarded });
    return {
      url: served.url,
      stop: async () => {
        // A stream of changes ends only when it is told to.
        changes.close();
        await served.stop();
        await publisher.close();
      },
    };
  } catch (error) {
    await publisher.close();
    throw error;
  }
}
