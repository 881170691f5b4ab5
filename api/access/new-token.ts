import { randomBytes } from "node:crypto";
import { HeadgateError } from "../../core/errors.ts";
import type { ApiTokens, StoredToken } from "../../store/access/api-tokens.ts";
import { parseScope, scopeText } from "./scope.ts";
import { hashOf, newSecret } from "./secret.ts";
import { NAME } from "./tokens.ts";

export interface TokenWish {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970; null for one without an end. */
  readonly expiresAt: number | null;
  readonly by: string;
}

/** What starts a token of ours: scanners for leaked secrets look for it. */
export const TOKEN_PREFIX = "hg_";

/** Makes a token and keeps its hash: the token itself is in the answer, and nowhere else. Throws `E_USAGE`. */
export async function makeToken(tokens: ApiTokens, { name, scopes, expiresAt, by }: TokenWish): Promise<StoredToken & { readonly token: string }> {
  checkName(name);
  if (scopes.length === 0) throw new HeadgateError("E_USAGE", "a token without a scope may do nothing", { where: "scopes", hint: "give it one, such as read" });
  const token = newSecret(TOKEN_PREFIX);
  const kept = await tokens.create({
    ...{ id: `tok_${randomBytes(6).toString("hex")}`, name, hash: hashOf(token), by, expiresAt },
    scopes: scopes.map((scope) => scopeText(parseScope(scope, "E_USAGE"))),
  });
  return { ...kept, token };
}

/** Throws `E_USAGE` for a name that no token and no person can have. */
export function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw new HeadgateError("E_USAGE", `"${name}" is no name of a token or a person`, { where: "name", hint: "use letters, digits, points, dashes: 1 to 60" });
  }
}
