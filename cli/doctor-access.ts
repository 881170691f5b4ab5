import type { Settings } from "../runtime/settings.ts";
import type { StoredToken } from "../store/access/api-tokens.ts";
import type { CheckUp } from "./doctor-checks.ts";
import { isLoopback } from "./reach.ts";
import { count } from "./text/count-text.ts";

export interface AccessFindings {
  readonly settings: Pick<Settings, "publicUrl" | "oidcIssuer" | "oidcClientId" | "oidcRights">;
  /** Those of the store that can be used. */
  readonly tokens: readonly Pick<StoredToken, "name" | "scopes" | "expiresAt">[];
  /** How many `HEADGATE_API_TOKENS` has. */
  readonly fixed: number;
  /** How many sign in with a password. */
  readonly people: number;
}

const NAME = "api access";

/** What is to be said of who can use the API: how many can, and what of it is risky or cannot work. */
export function accessChecks({ settings, tokens, fixed, people }: AccessFindings): readonly CheckUp[] {
  const { publicUrl, oidcIssuer, oidcClientId, oidcRights } = settings;
  const all = tokens.length + fixed;
  const ways = [
    ...(all > 0 ? [count(all, "token")] : []),
    ...(people > 0 ? [count(people, "password")] : []),
    ...(oidcIssuer === undefined ? [] : [oidcIssuer]),
  ];
  const found = ways.length === 0 ? "nobody needs to prove anything: it listens on loopback only" : ways.join(", ");
  const checks: CheckUp[] = [{ name: NAME, status: "ok", found }];
  const warn = (what: string, hint: string): void => void checks.push({ name: NAME, status: "warning", found: what, hint });
  const problem = (what: string, hint: string): void => void checks.push({ name: NAME, status: "problem", found: what, code: "E_CONFIG", hint });

  if (oidcIssuer !== undefined && oidcClientId === undefined)
    problem("people cannot sign in at the provider: there is no client id", "set HEADGATE_OIDC_CLIENT_ID");
  if (oidcIssuer !== undefined && publicUrl === undefined)
    problem("people cannot sign in at the provider: it does not know where to send them back to", "set HEADGATE_PUBLIC_URL");
  if (oidcIssuer !== undefined && oidcRights === "") warn("who signs in at the provider may do nothing", "set HEADGATE_OIDC_RIGHTS, such as *=read");
  if (publicUrl?.startsWith("http:") === true && !isLoopback(new URL(publicUrl).hostname))
    warn(
      `${publicUrl} is without TLS: passwords, sessions and tokens can be read on the way`,
      "put TLS in front of it, and set HEADGATE_PUBLIC_URL to https://...",
    );
  const endless = tokens.filter(({ scopes, expiresAt }) => expiresAt === null && scopes.includes("admin")).map(({ name }) => name);
  if (endless.length > 0) warn(`tokens that may do everything and never end: ${endless.join(", ")}`, "`headgate tokens create` takes --expires 90d");
  return checks;
}
