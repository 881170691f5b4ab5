import { createHash, timingSafeEqual } from "node:crypto";
import { HeadgateError } from "../core/errors.ts";

/** A token as it is kept: only its hash. What cannot be guessed needs no slow hash. */
export interface ApiToken {
  /** Who uses it, for messages. */
  readonly name: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
}

/** `publish` reaches assets whose URI is the prefix or lies below it; an empty prefix is every asset. */
export type Scope = { readonly kind: "read" | "operate" | "admin" } | { readonly kind: "publish"; readonly prefix: string };

/**
 * Reads `HEADGATE_API_TOKENS`: entries with `;` between them, each `<name> <hash> <scope>,<scope>`. Scopes are `read`, `operate`,
 * `admin`, `publish` and `publish:s3://lake/raw/`. Throws `E_CONFIG`, which shows no entry.
 */
export function parseTokens(text: string): readonly ApiToken[] {
  return text
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry, index) => {
      const [name = "", hash = "", scopes = "", ...rest] = entry.split(/\s+/);
      if (!/^[\w.-]+$/.test(name) || !/^[0-9a-f]{64}$/.test(hash) || rest.length > 0) {
        throw new HeadgateError("E_CONFIG", `entry ${index + 1} of HEADGATE_API_TOKENS is malformed`, {
          where: "HEADGATE_API_TOKENS",
          hint: "write <name> <SHA-256 of the token> <scopes>; `headgate api --new-token publish:s3://lake/` prints one",
        });
      }
      return { name, hash, scopes: scopes.split(",").map((scope) => parseScope(scope)) };
    });
}

/** Throws `E_CONFIG` for a scope that is none. */
export function parseScope(text: string): Scope {
  if (text === "read" || text === "operate" || text === "admin") return { kind: text };
  if (text === "publish") return { kind: "publish", prefix: "" };
  if (text.startsWith("publish:")) return { kind: "publish", prefix: text.slice("publish:".length).replace(/\/+$/, "") };
  throw new HeadgateError("E_CONFIG", `"${text}" is no scope of a token`, {
    hint: "allowed are read, operate, admin, publish and publish:<prefix of an asset's URI>",
  });
}

/** The token of a request. Every known hash is compared, so that time says nothing. Undefined if it is unknown. */
export function findToken(tokens: readonly ApiToken[], given: string): ApiToken | undefined {
  const hash = hashOf(given);
  let found: ApiToken | undefined;
  for (const token of tokens) if (timingSafeEqual(Buffer.from(token.hash, "hex"), Buffer.from(hash, "hex"))) found = token;
  return found;
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
