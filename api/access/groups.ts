import { HeadgateError } from "../../core/errors.ts";
import { parseScope, type Scope } from "./scope.ts";

/** What groups of the provider may do: scopes by group; those of `*` are for everybody who can sign in. */
export type GroupRights = Readonly<Record<string, readonly Scope[]>>;

/** Reads `data-eng=read,operate:sales; leads=admin; *=read`. Throws `E_CONFIG`. */
export function parseGroupRights(text: string): GroupRights {
  const entries = text
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry): [string, readonly Scope[]] => {
      const at = entry.lastIndexOf("=");
      if (at < 1)
        throw new HeadgateError("E_CONFIG", `"${entry}" gives no rights to a group`, {
          where: "oidcRights",
          hint: "write data-eng=read,operate:sales; *=read",
        });
      return [
        entry.slice(0, at).trim(),
        entry
          .slice(at + 1)
          .split(",")
          .map((scope) => parseScope(scope.trim())),
      ];
    });
  return Object.fromEntries(entries);
}

/** The scopes of somebody in these groups. */
export function scopesOf(rights: GroupRights, groups: readonly string[]): readonly Scope[] {
  return ["*", ...groups].flatMap((group) => (Object.hasOwn(rights, group) ? (rights[group] ?? []) : []));
}

/** The groups that a claim names: a list of texts, or one text. Anything else is none. */
export function groupsIn(claim: unknown): readonly string[] {
  if (typeof claim === "string") return [claim];
  return Array.isArray(claim) ? claim.filter((one) => typeof one === "string") : [];
}
