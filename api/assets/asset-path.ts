import { z } from "@hono/zod-openapi";
import { HeadgateError } from "../../core/errors.ts";
import { normalizeUri } from "../../core/uri/uri.ts";

/** An asset in a path. */
export const params = {
  asset: z.string().transform(normalizeUri).openapi({ type: "string", description: "Its URI, percent-encoded.", example: "s3://lake/raw/orders" }),
};

export function unknownAsset(asset: string): HeadgateError {
  return new HeadgateError("E_ASSET_UNKNOWN", `no asset is called ${asset}`, { hint: "GET /v1/assets lists those that a deploy or an event named" });
}
