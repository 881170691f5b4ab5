import { createApp } from "../../../api/app.ts";
import type { ApiDeps } from "../../../api/deps.ts";
import type { Router } from "../../../api/frame/router.ts";
import { HeadgateError } from "../../../core/errors.ts";
import type { Fact } from "../../../core/fact.ts";
import type { Store } from "../../../store/index.ts";
import { createIngress } from "../../../watchers/ingress.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import { createStoreWorld } from "../../store/store-world.ts";
import { createRecordingRegistry, type RecordingRegistry } from "../../watchers/recording-registry.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into an answer whose form it checks itself
  readonly body: any;
}

/** The API over a real store, asked without a network, with a clock that a test moves. */
export interface AccessWorld {
  readonly store: Store;
  readonly registry: RecordingRegistry;
  /** What the log says. */
  readonly lines: string[];
  now: number;
  /** Another process of the API, over the same store. */
  another(options?: Partial<ApiDeps>): Asks;
  readonly ask: Asks;
  /** An answer that does not end by itself. */
  open(path: string, headers: Record<string, string>): Promise<Response>;
  project(facts: readonly Fact[]): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type Asks = (method: string, path: string, more?: { readonly headers?: Record<string, string>; readonly body?: unknown }) => Promise<Answer>;

const away = async (): Promise<never> => {
  throw new HeadgateError("E_TEMPORAL_UNREACHABLE", "there is no Temporal here");
};

export async function createAccessWorld(options: Partial<ApiDeps> = {}): Promise<AccessWorld> {
  let now = Date.parse("2026-11-23T08:00:00Z");
  const { store, ...world } = await createStoreWorld({ now: () => now });
  const lines: string[] = [];
  const registry = createRecordingRegistry();

  function appOf(more: Partial<ApiDeps> = {}): Router {
    return createApp({
      store,
      client: { registry: away, runs: away, watchers: away },
      ingress: createIngress({ outbox: createMemoryOutbox(), sender: registry }),
      check: async () => undefined,
      watcher: () => undefined,
      connection: () => "",
      ready: () => store.ping(),
      tokens: [],
      trustsPrograms: false,
      log: { warn: (line, fields) => void lines.push(`${line} ${JSON.stringify(fields ?? {})}`) },
      now: () => now,
      ...options,
      ...more,
    });
  }

  function another(more: Partial<ApiDeps> = {}): Asks {
    const app = appOf(more);
    return async (method, path, { headers = {}, body } = {}) => {
      const response = await app.request(path, {
        method,
        headers: { host: "localhost:7280", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text.startsWith("{") ? JSON.parse(text) : text };
    };
  }

  return {
    ...{ store, registry, lines, another },
    ask: another(),
    open: async (path, headers) => await appOf().request(path, { headers: { host: "localhost:7280", ...headers } }),
    project: (facts) => store.project("r1", facts),
    get now() {
      return now;
    },
    set now(at) {
      now = at;
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** Cookies of an answer, as a browser sends them back. */
export function cookiesOf({ headers }: Pick<Answer, "headers">): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0] ?? "")
    .filter((cookie) => !cookie.endsWith("="))
    .join("; ");
}

/** Headers that a browser puts on what a page of this API sends. */
export const OWN_PAGE = { origin: "http://localhost:7280", "sec-fetch-site": "same-origin" } as const;
