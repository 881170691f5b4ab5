import type { MiddlewareHandler } from "hono";
import { isTooDeepText, MOST_LEVELS } from "../../core/json-depth.ts";
import { RefusedRequest } from "./problem.ts";

/** Refuses JSON that is nested too deeply, before anybody reads it. Handlers find the body as it was. */
export function limitDepth(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.header("content-type")?.includes("json") === true && isTooDeepText(new Uint8Array(await c.req.arrayBuffer()))) {
      throw new RefusedRequest(400, "E_API_REQUEST", `the body is nested more than ${MOST_LEVELS} levels deep`, {
        where: "json",
        hint: "put what is so deep into a text of JSON, or publish where it is",
      });
    }
    await next();
  };
}
