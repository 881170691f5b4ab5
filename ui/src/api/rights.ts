import { useQuery } from "@tanstack/react-query";
import { read } from "./read.ts";
import type { Me } from "./schema.gen.ts";

/** Who looks, and what they may do; asked for once. */
export function whoIsIt() {
  return { ...read<Me>([], "/v1/me"), staleTime: 60_000 };
}

/**
 * Whether they may pause, trigger, cancel and repair: of a project, or of any. True until it is known, since who may is asked again by the API:
 * this only spares people buttons that would be refused.
 */
export function useCanOperate(project?: string): boolean {
  const me = useQuery(whoIsIt()).data;
  return me === undefined || canOperate(me.scopes, project);
}

/** @param project any, if it is left out */
export function canOperate(scopes: readonly string[], project?: string): boolean {
  return scopes.some((scope) => {
    if (scope === "admin" || scope === "operate") return true;
    return scope.startsWith("operate:") && (project === undefined || scope === `operate:${project}`);
  });
}
