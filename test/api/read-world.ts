import { createApp } from "../../api/app.ts";
import { createChangeFeed } from "../../api/changes/feed.ts";
import type { ApiClients } from "../../api/deps.ts";
import type { Router } from "../../api/frame/router.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Fact } from "../../core/fact.ts";
import type { Store } from "../../store/index.ts";
import { createIngress } from "../../watchers/ingress.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createStoreWorld } from "../store/store-world.ts";
import { createRecordingRegistry } from "../watchers/recording-registry.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The API over a store, asked without a network. */
export interface Reader {
  readonly app: Router;
  /** What could not be served, as the log says it. */
  readonly lines: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into an answer whose form it checks itself
  get<Body = any>(path: string, headers?: Record<string, string>): Promise<Answer<Body>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  post<Body = any>(path: string, body: object): Promise<Answer<Body>>;
  /** An answer that does not end by itself. */
  open(path: string, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  /** Ends what does not end by itself. */
  close(): void;
}

/** The API over a real store of its own. */
export interface ReadWorld extends Reader {
  project(facts: readonly Fact[]): Promise<void>;
  readonly store: Store;
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const away = async (): Promise<never> => {
  throw new HeadgateError("E_TEMPORAL_UNREACHABLE", "there is no Temporal here");
};

const NO_TEMPORAL: ApiClients = { registry: away, runs: away, watchers: away };

export function createReader(
  store: Store,
  { client = NO_TEMPORAL, now = Date.now }: { readonly client?: ApiClients; readonly now?: () => number } = {},
): Reader {
  const lines: string[] = [];
  const changes = createChangeFeed({ store, log: { warn: (line) => void lines.push(line) } });
  const app = createApp({
    ...{ store, client, now, changes },
    ingress: createIngress({ outbox: createMemoryOutbox(), sender: createRecordingRegistry() }),
    check: async () => undefined,
    watcher: () => undefined,
    connection: () => "",
    ready: () => store.ping(),
    tokens: [],
    log: { warn: (line) => void lines.push(line) },
  });
  return {
    ...{ app, lines },
    get: async (path, headers = {}) => {
      const response = await app.request(path, { headers: { host: "localhost", ...headers } });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    post: async (path, body) => {
      const headers = { host: "localhost", "content-type": "application/json" };
      const response = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
    open: async (path, headers = {}, signal) =>
      await app.request(path, { headers: { host: "localhost", ...headers }, ...(signal === undefined ? {} : { signal }) }),
    close: changes.close,
  };
}

export async function createReadWorld({ now = Date.now }: { readonly now?: () => number } = {}): Promise<ReadWorld> {
  const world = await createStoreWorld({ now });
  const reader = createReader(world.store, { now });
  return {
    ...reader,
    store: world.store,
    url: world.url,
    project: (facts) => world.store.project("r1", facts),
    [Symbol.asyncDispose]: async () => {
      reader.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
