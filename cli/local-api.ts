import { userInfo } from "node:os";
import type { ApiDeps, LocalUse } from "../api/deps.ts";
import { createLocalApp } from "../api/local-app.ts";
import { resourcesOf } from "../api/resources-of.ts";
import type { DefinitionSet } from "../runtime/definition-set.ts";
import type { Ingress } from "../watchers/ingress.ts";
import { absentStore } from "./absent-store.ts";
import type { Servers } from "./frame/connect.ts";
import type { Output } from "./frame/output.ts";

export interface LocalApiOptions {
  readonly servers: Servers;
  readonly output: Pick<Output, "note">;
  /** @default of no file */
  readonly definitions?: DefinitionSet;
}

/** A person who calls a command waits for it as long as it takes; without a worker Temporal itself gives up sooner. In milliseconds. */
const PATIENCE = { beside: 10_000, alone: 60_000 };

/** Answers in this process. */
export interface LocalApi {
  fetch(request: Request): Promise<Response>;
}

/**
 * The HTTP API for this process alone. Whoever can reach the Temporal namespace is administrator of it, so its caller may do everything,
 * under the name that they have on this machine. It works without a store as far as the registry can answer.
 */
export async function createLocalApi({ servers, output, definitions }: LocalApiOptions): Promise<LocalApi> {
  const { names, registry, runs, watchers, publisher } = servers;
  const unsupported = (): never => {
    throw new TypeError("nothing from outside comes to the API of a command");
  };
  const deps: ApiDeps & { readonly local: LocalUse } = {
    store: await servers.store().catch(absentStore),
    client: {
      ...{ registry, runs, watchers },
      workers: async (projects) => (await import("../client/task-queues.ts")).taskQueues(await servers.client(), names, projects, Date.now()),
    },
    names,
    patience: PATIENCE,
    local: {
      caller: { name: userInfo().username, kind: "local", scopes: [{ kind: "admin" }] },
      unrecorded: (why) => output.note(`this is not among the operations of the store: ${why.message}`),
    },
    ingress: directIngress(publisher),
    // Whoever calls has checked it against the files of this project; those of others only the registry knows.
    check: async () => undefined,
    watcher: (id) => definitions?.watcher(id),
    connection: unsupported,
    ready: async () => undefined,
    tokens: [],
    log: { warn: (message) => output.note(message) },
  };
  const apps = new Map<string, ReturnType<typeof createLocalApp>>();
  return {
    fetch: async (request) => {
      const segment = new URL(request.url).pathname.split("/")[2] ?? "";
      const app = apps.get(segment) ?? createLocalApp(deps, await resourcesOf(segment));
      apps.set(segment, app);
      return await app.fetch(request);
    },
  };
}

/**
 * Events go to the registry as signals, without an outbox: a person sees whether they are taken, and may send them again with their ids.
 * So publishing needs no store.
 */
function directIngress(publisher: Servers["publisher"]): Ingress {
  return {
    // A signal may not say who published it: whoever reaches the namespace could say anybody.
    publish: async (_, events) => await (await publisher()).publish(events.map(({ by: _by, ...event }) => event)),
    send: async (batch) => await (await publisher()).watcherBatch(batch),
  };
}
