import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { SourceLog } from "../../core/source.ts";
import { wait } from "../backoff.ts";
import { retryAfter } from "../http/retry-after.ts";

/** The REST API of one Airflow, with a login. */
export interface AirflowClient {
  ask(request: AirflowRequest): Promise<AirflowAnswer>;
}

export interface AirflowRequest {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "PATCH";
  /** Below `api/v2`, escaped: `/dags/orders/dagRuns`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly body?: unknown;
  /** Statuses that the caller understands, besides 2xx. */
  readonly expects?: readonly number[];
}

export interface AirflowAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The server's clock, in milliseconds: to the second. */
  readonly at: number;
}

export interface AirflowClientOptions {
  /** Name of the connection, for messages. */
  readonly connection: string;
  /** `https://user:password@host/`, or `https://bearer:TOKEN@host/`; a path is where Airflow lies. */
  readonly uri: string;
  readonly log: SourceLog;
  readonly signal: AbortSignal;
  /** Milliseconds for one request. */
  readonly timeout?: number;
}

const TIMEOUT = 30_000;

/**
 * A client of an existing Airflow, from 3.0. A user logs in at `/auth/token` and again when the token is over; a token is used as it is. It waits as
 * `Retry-After` says. Redirects are not followed, so a secret stays with its host. Throws `E_CONNECTION`; `ask` throws `E_AIRFLOW` for an answer
 * that the caller does not expect and `E_SOURCE` for none.
 */
export function createAirflowClient({ connection, uri, log, signal, timeout = TIMEOUT }: AirflowClientOptions): AirflowClient {
  const { base, username, password } = parseConnection(connection, uri);
  const isToken = username === "bearer";
  let token = isToken ? password : undefined;

  async function send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(new URL(path, base), { ...init, redirect: "manual", signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]) });
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new HeadgateError("E_SOURCE", `Airflow at ${base.origin} does not answer: ${messageOf(cause)}`, { cause: error });
    }
  }

  async function login(): Promise<string> {
    const response = await send("auth/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    const given = (await bodyOf(response)) as { readonly access_token?: unknown } | null;
    if (response.ok && typeof given?.access_token === "string") return given.access_token;
    throw new HeadgateError("E_AIRFLOW", `Airflow at ${base.origin} does not let the user of connection "${connection}" in: it answers ${response.status}`, {
      hint: "check user and password; where people log in otherwise, write the connection as https://bearer:TOKEN@host/",
    });
  }

  async function tryOnce(request: AirflowRequest): Promise<Response> {
    token ??= await login();
    return await send(`api/v2${request.path}${queryOf(request.query)}`, {
      method: request.method ?? "GET",
      headers: { accept: "application/json", authorization: `Bearer ${token}`, ...(request.body === undefined ? {} : { "content-type": "application/json" }) },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
  }

  async function ask(request: AirflowRequest): Promise<AirflowAnswer> {
    let response = await tryOnce(request);
    if (response.status === 401 && !isToken) {
      await response.body?.cancel();
      token = undefined;
      response = await tryOnce(request);
    }
    const seconds = response.status === 429 || response.status === 503 ? retryAfter(response.headers.get("retry-after") ?? undefined, Date.now()) : undefined;
    if (seconds !== undefined) {
      await response.body?.cancel();
      log.warn(`Airflow at ${base.origin} answers ${response.status} and asks to wait ${Math.round(seconds)} s`);
      await wait(seconds * 1000, signal);
      signal.throwIfAborted();
      return await ask(request);
    }
    const body = await bodyOf(response);
    if (!response.ok && request.expects?.includes(response.status) !== true) throw refused(request, response.status, body);
    return { status: response.status, body, at: Date.parse(response.headers.get("date") ?? "") || Date.now() };
  }

  function refused({ method = "GET", path }: AirflowRequest, status: number, body: unknown): HeadgateError {
    const code = status >= 500 ? "E_SOURCE" : "E_AIRFLOW";
    return new HeadgateError(code, `Airflow at ${base.origin} answers ${status} to ${method} ${path}: ${saidIn(body)}`, hintFor(status));
  }

  return { ask };
}

function hintFor(status: number): { readonly hint?: string } {
  if (status === 401) return { hint: "the token of the connection is over or not of this Airflow: give another one, or a user and password" };
  if (status === 403) return { hint: "give the user of the connection the right to read, or to start, DAG runs" };
  if (status >= 300 && status < 400) return { hint: "redirects are not followed: write the connection with the address that it leads to" };
  return {};
}

function parseConnection(name: string, uri: string): { readonly base: URL; readonly username: string; readonly password: string } {
  const base = URL.canParse(uri) ? new URL(uri) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.password === "") {
    throw new HeadgateError("E_CONNECTION", `the connection "${name}" is no Airflow: its URI is not http(s)://user:password@host`, {
      hint: "write it as https://user:password@airflow.example/, or https://bearer:TOKEN@airflow.example/",
    });
  }
  const [username, password] = [decodeURIComponent(base.username), decodeURIComponent(base.password)];
  base.username = "";
  base.password = "";
  base.search = "";
  base.hash = "";
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return { base, username, password };
}

function queryOf(query: AirflowRequest["query"] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  return params.size === 0 ? "" : `?${params}`;
}

/** Its JSON, or null: a page of a proxy in place of an answer says nothing. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === "" ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

/** What its error says: a text, or what is wrong with which field. */
function saidIn(body: unknown): string {
  const detail = (body as { readonly detail?: unknown } | null)?.detail;
  return (typeof detail === "string" ? detail : (JSON.stringify(detail ?? body) ?? "nothing")).slice(0, 500);
}
