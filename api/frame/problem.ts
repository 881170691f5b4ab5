import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ERROR_CODES, type ErrorCode } from "../../core/error-codes.ts";
import { type ErrorDetails, HeadgateError, messageOf } from "../../core/errors.ts";
import type { ApiDeps } from "../deps.ts";

/** An error as RFC 9457 writes it, with our code. */
export const Problem = z
  .object({
    type: z.string().openapi({ description: "What the code means, as a section of docs/errors.md.", example: "/docs/errors.md#e_api_request" }),
    title: z.string().openapi({ description: "The code in words, the same each time." }),
    status: z.int(),
    detail: z.string().openapi({ description: "What happened this time, where and why." }),
    instance: z.string().openapi({ description: "The path that was asked for." }),
    code: z.string().openapi({ example: "E_API_REQUEST" }),
    hint: z.string().optional().openapi({ description: "What to do about it." }),
    where: z.string().optional().openapi({ description: "The field, the line or the thing that is wrong.", example: "query limit" }),
  })
  .openapi("Problem");

/** Seconds after which a sender is asked to try again. */
const RETRY_AFTER = 5;

/** Codes that say that the sender is wrong. Everything else says that we cannot just now: 503, to be tried again. */
const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  ...{ E_API_REQUEST: 400, E_API_CURSOR: 400, E_USAGE: 400, E_EVENT: 400, E_EVENT_DATA: 400, E_EVENT_PARTITION: 400, E_ASSET_URI: 400, E_PARTITION: 400 },
  ...{ E_PARAMS: 400, E_BACKFILL: 400, E_SCENARIO: 400, E_CONDITION: 400, E_CRON: 400, E_POLICY: 400, E_DURATION: 400, E_REFERENCE: 400, E_RUN_INPUT: 400 },
  ...{ E_API_TOKEN: 401, E_SIGN_IN: 401, E_WEBHOOK_SIGNATURE: 401, E_ACCESS: 403, E_CSRF: 403, E_RATE_LIMIT: 429 },
  ...{
    E_WATCHER_UNKNOWN: 404,
    E_ASSET_UNKNOWN: 404,
    E_DAG_UNKNOWN: 404,
    E_PLAN_UNKNOWN: 404,
    E_EVENT_UNKNOWN: 404,
    E_RUN_UNKNOWN: 404,
    E_BACKFILL_UNKNOWN: 404,
  },
  ...{ E_RUN_STATE: 409, E_APPROVAL: 409, E_REGISTRY_HELD: 409, E_CONSUMER_FAULTED: 409, E_DEPLOY_STALE: 409 },
  E_EVENT_SIZE: 413,
  E_REPLAY_SIZE: 422,
};

/** An error with the status that the place where it was raised knows better. */
export class RefusedRequest extends HeadgateError {
  readonly status: ContentfulStatusCode;
  constructor(status: ContentfulStatusCode, code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.status = status;
  }
}

/** The answer to a request that failed, as `application/problem+json`. What is not ours is logged and not shown. */
export function respond(error: unknown, c: Context, log: ApiDeps["log"]): Response {
  const known = HeadgateError.is(error) ? error : undefined;
  const status = error instanceof RefusedRequest ? error.status : known === undefined ? undefined : STATUS[known.code];
  if (status !== undefined && known !== undefined) {
    if (status === 401) c.header("WWW-Authenticate", "Bearer");
    return problem(c, status, known.code, known.message, known);
  }
  // The framework's own: a body that is no JSON.
  if (error instanceof HTTPException && error.status < 500) return problem(c, error.status, "E_API_REQUEST", error.message, {});
  log.warn(`${c.req.method} ${c.req.path} could not be served: ${messageOf(error)}`, { code: known?.code });
  c.header("Retry-After", String(RETRY_AFTER));
  const posted = c.req.method === "POST";
  return problem(c, 503, known?.code ?? "E_REGISTRY_UNREACHABLE", posted ? "what was posted could not be accepted now" : "this could not be answered now", {
    hint: `send the same again after ${RETRY_AFTER} s${posted ? ": what was taken counts once" : ""}`,
  });
}

function problem(
  c: Context,
  status: ContentfulStatusCode,
  code: ErrorCode,
  detail: string,
  { hint, where }: { readonly hint?: string | undefined; readonly where?: string | undefined },
): Response {
  const body: z.infer<typeof Problem> = {
    ...{ type: `/docs/errors.md#${code.toLowerCase()}`, title: ERROR_CODES[code], status, detail, instance: c.req.path, code },
    ...(hint === undefined ? {} : { hint }),
    ...(where === undefined ? {} : { where }),
  };
  return c.json(body, status, { "Content-Type": "application/problem+json" });
}
