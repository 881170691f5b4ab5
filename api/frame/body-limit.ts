import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { RefusedRequest } from "./problem.ts";

/** Most bytes of a request's body. */
const BODY_BYTES = 1024 * 1024;

/** Gives up a body that is too large as soon as that is known, whether its length was said or not: a problem of 413. */
export function limitBody(): MiddlewareHandler {
  return bodyLimit({
    maxSize: BODY_BYTES,
    onError: () => {
      throw new RefusedRequest(413, "E_API_REQUEST", `the body is larger than ${BODY_BYTES} bytes`, {
        hint: "send it in parts, or publish where the data is",
      });
    },
  });
}
