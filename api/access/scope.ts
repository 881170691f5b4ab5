import { HeadgateError } from "../../core/errors.ts";

/**
 * One right. `publish` reaches assets whose URI is the prefix or lies below it; an empty prefix is every asset. `start` lets published
 * events start DAGs of a project, `operate` also pause, trigger, cancel and repair them; an empty project is every project.
 */
export type Scope =
  | { readonly kind: "read" | "admin" }
  | { readonly kind: "publish"; readonly prefix: string }
  | { readonly kind: "start" | "operate"; readonly project: string };

const SCOPE_HINT = "allowed are read, admin, publish, publish:<prefix of an asset's URI>, start, start:<project>, operate and operate:<project>";

/** Reads `read`, `admin`, `publish:s3://lake/raw/`, `start:<project>`, `operate:<project>`. Throws `code` for what is no scope. */
export function parseScope(text: string, code: "E_CONFIG" | "E_USAGE" = "E_CONFIG"): Scope {
  const [kind = "", ...rest] = text.split(":");
  const of = rest.join(":");
  if ((kind === "read" || kind === "admin") && rest.length === 0) return { kind };
  if (kind === "publish") return { kind, prefix: of.replace(/\/+$/, "") };
  if ((kind === "start" || kind === "operate") && (rest.length === 0 || /^[a-z0-9][a-z0-9-]*$/.test(of))) return { kind, project: of };
  throw new HeadgateError(code, `"${text}" is no scope`, { hint: SCOPE_HINT });
}

/** The scope as `parseScope` reads it. */
export function scopeText(scope: Scope): string {
  const of = scope.kind === "publish" ? scope.prefix : scope.kind === "start" || scope.kind === "operate" ? scope.project : "";
  return of === "" ? scope.kind : `${scope.kind}:${of}`;
}
