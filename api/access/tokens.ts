import { HeadgateError } from "../../core/errors.ts";
import { parseScope, type Scope } from "./scope.ts";

/** A token as it is kept: only its hash. */
export interface ApiToken {
  /** Who uses it, for messages. */
  readonly name: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
}

/** Names of tokens and of people with a password: nothing that could pass for an address or for another kind of caller. */
export const NAME = /^[\w.-]{1,60}$/;

/**
 * Reads `HEADGATE_API_TOKENS`: entries with `;` between them, each `<name> <hash> <scope>,<scope>`. Throws `E_CONFIG`, which shows no
 * entry.
 */
export function parseTokens(text: string): readonly ApiToken[] {
  return text
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry, index) => {
      const [name = "", hash = "", scopes = "", ...rest] = entry.split(/\s+/);
      if (!NAME.test(name) || !/^[0-9a-f]{64}$/.test(hash) || rest.length > 0) {
        throw new HeadgateError("E_CONFIG", `entry ${index + 1} of HEADGATE_API_TOKENS is malformed`, {
          where: "HEADGATE_API_TOKENS",
          hint: "write <name> <SHA-256 of the token> <scopes>; `headgate api --new-token publish:s3://lake/` prints one",
        });
      }
      return { name, hash, scopes: scopes.split(",").map((scope) => parseScope(scope)) };
    });
}
