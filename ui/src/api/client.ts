import { csrfHeader } from "./csrf.ts";
import { ApiError, toApiError } from "./problem.ts";

/** Names and values of a query; what is undefined or empty is left out. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * A path of the API whose parts are percent-encoded: identities are one segment, whatever is in them.
 * @example v1`/assets/${"s3://lake/raw"}/events` // "/v1/assets/s3%3A%2F%2Flake%2Fraw/events"
 */
export function v1(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return `/v1${String.raw({ raw: texts }, ...parts.map(encodeURIComponent))}`;
}

/** Reads JSON. Throws `ApiError`. */
export function get<Answer>(path: string, query: QueryValues = {}, signal?: AbortSignal): Promise<Answer> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(Object.fromEntries(given)).toString();
  return send<Answer>(search === "" ? path : `${path}?${search}`, signal === undefined ? {} : { signal });
}

/** Sends JSON and reads the answer. Throws `ApiError`. */
export function post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  return send<Answer>(path, { method: "POST", headers: { "content-type": "application/json", ...csrfHeader() }, body: JSON.stringify(body) });
}

async function send<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { accept: "application/json", ...init.headers } });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiError(0, {
      code: "E_UNREACHABLE",
      detail: "the API does not answer",
      hint: "check that `headgate dev` or `headgate api` runs; this page goes on by itself when it does",
    });
  }
  if (!response.ok) throw await toApiError(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}
