import { defined } from "../../core/defined.ts";
import { ERROR_CODES, type ErrorCode } from "../../core/error-codes.ts";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { Operations, Problem } from "./schema.gen.ts";

export interface ApiClientOptions {
  /** Where the API listens: `http://127.0.0.1:7280`. */
  readonly url: string;
  /** Without one only an API on loopback that has no tokens answers. */
  readonly token?: string;
  /** Longest wait for an answer, in milliseconds. @default 30,000 */
  readonly timeout?: number;
  /** What it throws is thrown on. @default the global one, which means that the API is unreachable when it throws */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

type Path<Method extends string> = keyof Operations extends infer Name ? (Name extends `${Method} ${infer P}` ? P : never) : never;
type Operation<Method extends string, P extends string> = `${Method} ${P}` extends keyof Operations ? Operations[`${Method} ${P}`] : never;
/** What stands in the path must be given; a query need not be. */
type Asked<Op extends { readonly params: object; readonly query: object }> = {
  readonly query?: Op["query"];
  readonly signal?: AbortSignal;
} & (keyof Op["params"] extends never ? { readonly params?: undefined } : { readonly params: Op["params"] });
type Optional<T> = object extends T ? [asked?: T] : [asked: T];
type Listed = {
  [P in Path<"GET">]: Operation<"GET", P>["answer"] extends { readonly items: readonly unknown[]; readonly next: string | null } ? P : never;
}[Path<"GET">];
type ItemOf<P extends Listed> = Operation<"GET", P>["answer"] extends { readonly items: readonly (infer Item)[] } ? Item : never;

/** The HTTP API by its paths, typed by its document. Each call throws the problem it was answered as a `HeadgateError` with the same code. */
export interface ApiClient {
  get<P extends Path<"GET">>(path: P, ...asked: Optional<Asked<Operation<"GET", P>>>): Promise<Operation<"GET", P>["answer"]>;
  /** All items of a list, a page at a time as they are taken. */
  items<P extends Listed>(path: P, ...asked: Optional<Asked<Operation<"GET", P>>>): AsyncGenerator<ItemOf<P>>;
  post<P extends Path<"POST">>(
    path: P,
    asked: Asked<Operation<"POST", P>> & { readonly body: Operation<"POST", P>["body"] },
  ): Promise<Operation<"POST", P>["answer"]>;
}

/** How long an API that does not answer is waited for, in milliseconds. */
const TIMEOUT = 30_000;

/**
 * A client of the HTTP API.
 *
 * @example
 * const api = createApiClient({ url: "http://127.0.0.1:7280" });
 * const { last } = await api.get("/v1/assets/{asset}", { params: { asset: "s3://lake/raw/orders" } });
 */
export function createApiClient({ url, token, timeout = TIMEOUT, fetch: own }: ApiClientOptions): ApiClient {
  const send = own ?? fetch;
  const headers = { accept: "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };

  async function call(method: string, path: string, { params = {}, query = {}, body, signal }: Call): Promise<unknown> {
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])),
    ).toString();
    const limit = AbortSignal.timeout(timeout);
    let response: Response;
    try {
      response = await send(new URL(`${place}${search === "" ? "" : `?${search}`}`, url).href, {
        method,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (own !== undefined) throw error;
      throw new HeadgateError("E_API_UNREACHABLE", `the API at ${url} does not answer: ${messageOf(error)}`, {
        cause: error,
        hint: "`headgate dev` and `headgate api` print where they listen",
      });
    }
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && type.startsWith("application/json")) return await response.json();
    if (!response.ok && type.startsWith("application/problem+json")) throw errorOf((await response.json()) as Problem);
    throw new HeadgateError("E_API_UNREACHABLE", `${url} answered ${response.status} ${type}, which is no answer of this API`, {
      hint: "check the address, and what stands between",
    });
  }

  async function* items(path: string, asked: Call = {}): AsyncGenerator<unknown> {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = (await call("GET", path, { ...asked, query: { ...asked.query, cursor } })) as {
        readonly items: readonly unknown[];
        readonly next: string | null;
      };
      yield* page.items;
      cursor = page.next;
    }
  }

  return {
    get: (path: string, asked: Call = {}) => call("GET", path, asked),
    post: (path: string, asked: Call) => call("POST", path, asked),
    items,
  } as unknown as ApiClient;
}

interface Call {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A code of a newer API than this client may be none of ours. */
function errorOf({ code, detail, hint, where }: Problem): HeadgateError {
  return new HeadgateError(code in ERROR_CODES ? (code as ErrorCode) : "E_API_REQUEST", detail, defined({ hint, where }));
}
