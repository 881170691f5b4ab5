import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ErrorCode } from "../core/error-codes.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { ApiDeps } from "./deps.ts";

/** Seconds after which a sender is asked to try again. */
const RETRY_AFTER = 5;

/** Codes that say that the sender is wrong. Everything else says that we cannot just now: 503, to be tried again. */
const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  E_API_REQUEST: 400,
  E_API_TOKEN: 401,
  E_WEBHOOK_SIGNATURE: 401,
  E_WATCHER_UNKNOWN: 404,
  E_EVENT: 400,
  E_EVENT_DATA: 400,
  E_EVENT_PARTITION: 400,
  E_EVENT_SIZE: 413,
  E_ASSET_URI: 400,
  E_PARTITION: 400,
};

/** An error with the status that the place where it was raised knows better. */
export class RefusedRequest extends HeadgateError {
  readonly status: ContentfulStatusCode;
  constructor(status: ContentfulStatusCode, code: ErrorCode, message: string, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.status = status;
  }
}

/** The answer to a request that failed: `{ error: { code, message, hint } }`. What is not ours is logged and not shown. */
export function respond(error: unknown, c: Context, log: ApiDeps["log"]): Response {
  const known = HeadgateError.is(error) ? error : undefined;
  const status = error instanceof RefusedRequest ? error.status : known === undefined ? undefined : STATUS[known.code];
  if (status !== undefined && known !== undefined) {
    if (status === 401) c.header("WWW-Authenticate", "Bearer");
    return c.json({ error: { code: known.code, message: known.message, ...(known.hint === undefined ? {} : { hint: known.hint }) } }, status);
  }
  log.warn(`a request could not be served: ${messageOf(error)}`, { code: known?.code });
  c.header("Retry-After", String(RETRY_AFTER));
  const code = known?.code ?? "E_REGISTRY_UNREACHABLE";
  return c.json(
    { error: { code, message: "the events could not be accepted now", hint: `send the same again after ${RETRY_AFTER} s: what was taken counts once` } },
    503,
  );
}
