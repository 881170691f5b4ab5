import { createApp } from "../../api/app.ts";
import type { ApiClients } from "../../api/deps.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Fact } from "../../core/fact.ts";
import { createIngress } from "../../watchers/ingress.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createStoreWorld } from "../store/store-world.ts";
import { createRecordingRegistry } from "../watchers/recording-registry.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The API over a real store, asked without a network. */
export interface ReadWorld {
  /** What could not be served, as the log says it. */
  readonly lines: readonly string[];
  project(facts: readonly Fact[]): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into an answer whose form it checks itself
  get<Body = any>(path: string, headers?: Record<string, string>): Promise<Answer<Body>>;
  [Symbol.asyncDispose](): Promise<void>;
}

const away = async (): Promise<never> => {
  throw new HeadgateError("E_TEMPORAL_UNREACHABLE", "there is no Temporal here");
};

export async function createReadWorld({ client, now = Date.now }: { readonly client?: ApiClients; readonly now?: () => number } = {}): Promise<ReadWorld> {
  const { store, ...world } = await createStoreWorld({ now });
  const lines: string[] = [];
  const registry = createRecordingRegistry();
  const app = createApp({
    store,
    client: client ?? { registry: away, runs: away, watchers: away },
    ingress: createIngress({ outbox: createMemoryOutbox(), sender: registry }),
    check: async () => undefined,
    watcher: () => undefined,
    connection: () => "",
    ready: () => store.ping(),
    tokens: [],
    log: { warn: (line) => void lines.push(line) },
    now,
  });
  return {
    lines,
    project: (facts) => store.project("r1", facts),
    get: async (path, headers = {}) => {
      const response = await app.request(path, { headers: { host: "localhost", ...headers } });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
