import { batchSender } from "../activities/batch-sender.ts";
import { checkEventData } from "../activities/check-events.ts";
import { createApp } from "../api/app.ts";
import type { ApiToken } from "../api/tokens.ts";
import { createPublisher } from "../client/publisher.ts";
import { registryClient } from "../client/registry.ts";
import { signalSender } from "../client/signal-sender.ts";
import { namesFor } from "../core/names.ts";
import type { Config } from "../runtime/config.ts";
import { createDefinitionSet } from "../runtime/definition-set.ts";
import { createLogger } from "../runtime/logger.ts";
import { connectTemporal } from "../runtime/temporal-connection.ts";
import type { Store } from "../store/index.ts";
import { createIngress } from "../watchers/ingress.ts";
import type { Output } from "./frame/output.ts";
import { loadProject } from "./project.ts";
import { reportFindings } from "./report-findings.ts";
import { type RunningApi, serveApi } from "./serve-api.ts";

export interface StartApiOptions {
  readonly config: Config;
  readonly store: Store;
  readonly output: Output;
  readonly tokens: readonly ApiToken[];
  readonly host: string;
  readonly port: number;
}

/** Somebody waits for the answer: after so many milliseconds without the registry it is 503. */
const PATIENCE = 5_000;

/** The API over the servers of this configuration, with the definitions of the project's files. */
export async function startApi({ config, store, output, tokens, host, port }: StartApiOptions): Promise<RunningApi> {
  const { settings, connections } = config;
  const logger = createLogger({ level: settings.logLevel });
  const [temporal, project] = await Promise.all([connectTemporal(settings, logger), loadProject(config), store.migrate()]);
  reportFindings({ errors: project.errors, warnings: [] }, output);
  const definitions = createDefinitionSet(project.definitions);
  const names = namesFor(settings.environment);
  const registry = registryClient(temporal.client, names);
  const publisher = createPublisher({ send: signalSender(temporal.client, names.registry), giveUpAfter: PATIENCE });
  const { send, mark } = batchSender(publisher, registry);
  const soon = <T>(ask: () => Promise<T>): Promise<T> => temporal.client.withDeadline(Date.now() + PATIENCE, ask);
  const app = createApp({
    ingress: createIngress({ outbox: store.outbox, sender: { send, ...(mark === undefined ? {} : { mark: (watcher) => soon(() => mark(watcher)) }) } }),
    check: (event) => checkEventData(definitions, event),
    watcher: (id) => definitions.watcher(id),
    connection: (name) => connections.uri(name),
    ready: async () => void (await soon(() => registry.state())),
    tokens,
    log: { warn: (message, fields) => logger.warn(fields ?? {}, message) },
  });
  const served = await serveApi({ app, host, port, guarded: tokens.length > 0 });
  return {
    url: served.url,
    stop: async () => {
      await served.stop();
      await publisher.close();
      await temporal.close();
    },
  };
}
