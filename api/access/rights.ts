import { splitUri } from "../../core/uri/uri.ts";
import { RefusedRequest } from "../frame/problem.ts";
import type { Caller } from "./caller.ts";
import type { Scope } from "./scope.ts";

type Rights = Pick<Caller, "scopes">;

export function isAdmin({ scopes }: Rights): boolean {
  return scopes.some(({ kind }) => kind === "admin");
}

/** Reading is one right for everything, since lineage crosses projects; no other right holds it but admin. */
export function mayRead({ scopes }: Rights): boolean {
  return scopes.some(({ kind }) => kind === "read" || kind === "admin");
}

export function mayPublish({ scopes }: Rights, asset: string): boolean {
  return scopes.some((scope) => scope.kind === "admin" || (scope.kind === "publish" && isBelow(asset, scope.prefix)));
}

/** Whether events of theirs may start DAGs of the project. */
export function mayStart({ scopes }: Rights, project: string): boolean {
  return scopes.some((scope) => scope.kind === "admin" || ((scope.kind === "start" || scope.kind === "operate") && reaches(scope, project)));
}

/** Whether they may pause, trigger, cancel, rerun and repair what belongs to the project. */
export function mayOperate({ scopes }: Rights, project: string): boolean {
  return scopes.some((scope) => scope.kind === "admin" || (scope.kind === "operate" && reaches(scope, project)));
}

/** Throws `E_ACCESS`. */
export function checkRead(caller: Caller): void {
  if (!mayRead(caller)) throw refused(caller, "read", "it needs the scope read");
}

/** Throws `E_ACCESS`. */
export function checkPublish(caller: Caller, asset: string): void {
  if (!mayPublish(caller, asset)) throw refused(caller, `publish "${asset}"`, "it needs the scope publish:<prefix> with a prefix that the asset lies below");
}

/** The caller. Throws `E_ACCESS`. */
export function checkAdmin(caller: Caller, what: string): Caller {
  if (!isAdmin(caller)) throw refused(caller, what, "it needs the scope admin");
  return caller;
}

/** The answer to who may not. It is the same for what is there and what is not: nobody learns from it. */
export function refused(caller: Caller, what: string, hint = "it needs the scope operate:<project> of the project that it belongs to"): RefusedRequest {
  return new RefusedRequest(403, "E_ACCESS", `${caller.name} may not ${what}`, { hint });
}

function reaches(scope: Extract<Scope, { readonly project: string }>, project: string): boolean {
  return scope.project === "" || scope.project === project;
}

function isBelow(asset: string, prefix: string): boolean {
  // Headgate says itself when a run ended or an asset is stale: who may say it in its place has to be told so by name.
  if (prefix === "") return !asset.startsWith("headgate:");
  if (asset === prefix) return true;
  // A path that climbs would leave the prefix by its letters alone.
  return asset.startsWith(`${prefix}/`) && !splitUri(asset).path.split("/").includes("..");
}
