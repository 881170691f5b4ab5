import type { Duration } from "../../core/condition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { type HttpCursor, readHttp } from "./read-http.ts";

export interface HttpOptions {
  /** An absolute URL; with a connection, a path below it. @default the asset's `https:` URI */
  readonly url?: string;
  /** Name of the connection, `HEADGATE_CONN_<NAME>`: `https://user:password@host/` or `https://bearer:TOKEN@host/`. */
  readonly connection?: string;
  /** Headers that hold no secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The list in the answer, as `data.orders`; `""` if the answer is the list. Without it the whole answer is one item. */
  readonly items?: string;
  /** Field of an item of the list that names it. @default "id" */
  readonly key?: string;
  /** Field that says which version it is, of an item or of the whole answer; of the whole answer a number that only grows. @default ETag, Last-Modified or what it holds */
  readonly version?: string;
  /** Requests may go to this machine and to private networks. @default false */
  readonly allowPrivate?: boolean;
  /** For one request, redirects and body included. @default "30s" */
  readonly timeout?: Duration;
  /** Most bytes of an answer. @default 10485760 */
  readonly maxBytes?: number;
}

/** What an API said: an item of its list, or all of it. */
export interface HttpItem {
  /** Of an item of a list: what names it. */
  readonly key?: string;
  readonly version: string;
  readonly body: unknown;
}

/**
 * Polls an API that answers JSON. It asks with `If-None-Match` and `If-Modified-Since`, keeps to `Retry-After`, and sends what is secret
 * to the origin of its URL only. With `items`, new and changed items of a list; without, the whole answer when it changed.
 *
 * @example
 * watch("rates", http({ connection: "bank", url: "v1/rates", items: "rates", key: "currency" }), { publishes: rates, every: "1m" });
 */
export function http(options: HttpOptions = {}): Source<HttpItem, HttpCursor> {
  const { connection, headers = {}, items, key = "id", version, allowPrivate = false, maxBytes = 10 * 1024 * 1024 } = options;
  const timeout = parseDuration(options.timeout ?? "30s", "http({ timeout })");

  return {
    kind: "http",
    describe: (asset) => {
      const url = urlOf(options, asset);
      return connection === undefined ? withoutSecrets(url) : `http:${connection}/${url.replace(/^\/+/, "")}`;
    },
    identify: (item) => ({ id: item.key === undefined ? item.version : `${item.key}@${item.version}` }),
    read: (context) => {
      const { url, secretHeaders } = addressOf(urlOf(options, context.asset), connection === undefined ? undefined : context.connection(connection));
      const request = { url, headers: { accept: "application/json", ...headers }, secretHeaders, allowPrivate, timeout, maxBytes };
      return readHttp({ request, ...(items === undefined ? {} : { items }), key, ...(version === undefined ? {} : { version }) }, context);
    },
  };
}

function urlOf({ url, connection }: HttpOptions, asset: SourceAsset | undefined): string {
  if (url !== undefined && (connection !== undefined || URL.canParse(url))) return url;
  if (url === undefined && connection !== undefined) return "";
  if (url === undefined && asset !== undefined && /^https?:/.test(asset.uri)) return asset.uri;
  throw new HeadgateError("E_CONFIG", `http() does not know what to read: ${url === undefined ? "it has no url" : `"${url}" is no URL`}`, {
    hint: 'write http({ url: "https://api.example/orders" }), or give a path and a connection',
  });
}

function withoutSecrets(text: string): string {
  const url = new URL(text);
  return `${url.origin}${url.pathname}`;
}

function addressOf(path: string, connection: string | undefined): { readonly url: URL; readonly secretHeaders: Readonly<Record<string, string>> } {
  const base = connection === undefined ? undefined : new URL(connection);
  // A path is below the connection's: "v1/x" and "/v1/x" mean the same.
  if (base !== undefined && !base.pathname.endsWith("/")) base.pathname += "/";
  const url = base === undefined ? new URL(path) : path === "" ? new URL(base) : new URL(path.replace(/^\/+/, ""), base);
  const [user, password] = [decodeURIComponent((base ?? url).username), decodeURIComponent((base ?? url).password)];
  if (base !== undefined && url.origin !== base.origin) {
    throw new HeadgateError("E_CONFIG", `http() would send the connection's secret to ${url.origin}`, { hint: "give a path below the connection's URL" });
  }
  url.username = "";
  url.password = "";
  if (user === "" && password === "") return { url, secretHeaders: {} };
  const authorization = user === "bearer" ? `Bearer ${password}` : `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return { url, secretHeaders: { authorization } };
}
