import { OpenAPIHono } from "@hono/zod-openapi";
import type { ZodError } from "zod";
import type { Caller } from "../access/caller.ts";
import { RefusedRequest } from "./problem.ts";

/** What handlers find in `c.var`. */
export interface ApiEnv {
  readonly Variables: {
    /** Who asks; set by `api/access/` before any handler of `/v1` runs. */
    caller: Caller;
  };
}

export type Router = OpenAPIHono<ApiEnv>;

/** An empty router whose routes refuse what their schemas do not allow: a problem of 400 that names the field. */
export function createRouter(): Router {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw refusal(result.target, result.error as ZodError);
    },
  });
}

const PLACES: Readonly<Record<string, string>> = { query: "the query", param: "the path", json: "the body", header: "the headers" };

function refusal(target: string, error: ZodError): RefusedRequest {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  const place = PLACES[target] ?? target;
  return new RefusedRequest(400, "E_API_REQUEST", `${place} is malformed: ${path === "" ? "" : `${path}: `}${issue?.message}`, {
    where: path === "" ? target : `${target} ${path}`,
  });
}
