import { splitUri } from "../../core/uri/uri.ts";
import { RefusedRequest } from "../frame/problem.ts";
import type { Caller } from "./caller.ts";

export function mayRead({ scopes }: Caller): boolean {
  return scopes.some(({ kind }) => kind !== "publish");
}

function mayPublish({ scopes }: Caller, asset: string): boolean {
  return scopes.some((scope) => scope.kind === "admin" || (scope.kind === "publish" && isBelow(asset, scope.prefix)));
}

/** Throws `E_API_TOKEN` as 403. */
export function checkPublish(caller: Caller, asset: string): void {
  if (mayPublish(caller, asset)) return;
  throw new RefusedRequest(403, "E_API_TOKEN", `the token "${caller.name}" may not publish "${asset}"`, { hint: "use a token whose scope holds the asset" });
}

function isBelow(asset: string, prefix: string): boolean {
  if (prefix === "" || asset === prefix) return true;
  // A path that climbs would leave the prefix by its letters alone.
  return asset.startsWith(`${prefix}/`) && !splitUri(asset).path.split("/").includes("..");
}
