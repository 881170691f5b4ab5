import { parseScope } from "../../api/access/scope.ts";
import { hashOf } from "../../api/access/secret.ts";
import type { ApiToken } from "../../api/access/tokens.ts";
import { createApp } from "../../api/app.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { type RunningApi, serveApi } from "../../cli/serve-api.ts";
import type { WatcherDefinition } from "../../core/definition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { EventInput } from "../../core/event.ts";
import { openStore } from "../../store/index.ts";
import { createIngress } from "../../watchers/ingress.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createRecordingRegistry, type RecordingRegistry } from "../watchers/recording-registry.ts";

/** The API on a real port, over an outbox in memory. */
export interface ApiWorld {
  readonly url: string;
  readonly registry: RecordingRegistry;
  readonly outbox: ReturnType<typeof createMemoryOutbox>;
  readonly lines: readonly string[];
  /** Whether the registry answers. */
  reachable: boolean;
  post(
    path: string,
    body: string | Uint8Array | object,
    headers?: Record<string, string>,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ApiWorldOptions {
  readonly watchers?: readonly WatcherDefinition[];
  /** Scopes by token. */
  readonly tokens?: Readonly<Record<string, string>>;
  readonly check?: (event: EventInput) => Promise<string | undefined>;
  readonly secret?: string;
  readonly metrics?: NonNullable<ApiDeps["metrics"]>;
}

export async function createApiWorld({
  watchers = [],
  tokens = {},
  check = async () => undefined,
  secret = "",
  metrics,
}: ApiWorldOptions = {}): Promise<ApiWorld> {
  const registry = createRecordingRegistry();
  const outbox = createMemoryOutbox();
  const lines: string[] = [];
  const known: ApiToken[] = Object.entries(tokens).map(([token, scopes]) => ({
    name: `for-${scopes}`,
    hash: hashOf(token),
    scopes: scopes.split(",").map((scope) => parseScope(scope)),
  }));
  const unreachable = (): HeadgateError => new HeadgateError("E_REGISTRY_UNREACHABLE", "10.0.0.7 refused the connection of user temporal");
  const send: RecordingRegistry["send"] = async (batch) => {
    if (!world.reachable) throw unreachable();
    await registry.send(batch);
  };
  const away = async (): Promise<never> => {
    throw unreachable();
  };
  const app = createApp({
    // What is posted needs neither: a store that is not there, and no Temporal.
    store: openStore({ url: "postgres://nobody@127.0.0.1:1/none" }),
    client: { registry: away, runs: away, watchers: away },
    ingress: createIngress({ outbox, sender: { send, mark: registry.mark } }),
    check,
    watcher: (id) => watchers.find((watcher) => watcher.id === id),
    connection: () => secret,
    ready: async () => {
      if (!world.reachable) throw unreachable();
    },
    tokens: known,
    ...(metrics === undefined ? {} : { metrics }),
    log: { warn: (message) => void lines.push(message) },
  });
  const api: RunningApi = await serveApi({ app, host: "127.0.0.1", port: 0, guarded: known.length > 0 });
  const world: ApiWorld = {
    url: api.url,
    registry,
    outbox,
    lines,
    reachable: true,
    post: async (path, body, headers = {}) => {
      const isRaw = typeof body === "string" || body instanceof Uint8Array;
      const response = await fetch(api.url + path, {
        method: "POST",
        body: isRaw ? (body as string) : JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    [Symbol.asyncDispose]: api.stop,
  };
  return world;
}
