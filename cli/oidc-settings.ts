import type { AccessOptions } from "../api/access/access.ts";
import { parseGroupRights } from "../api/access/groups.ts";
import { createOidc } from "../api/access/oidc.ts";
import { callbackUrl } from "../api/access/sign-in-routes.ts";
import { HeadgateError } from "../core/errors.ts";
import type { Settings } from "../runtime/settings.ts";

/** Where people sign in, if the settings name a provider. Throws `E_CONFIG` if something is missing that it needs. */
export function oidcOf(settings: Settings): AccessOptions["oidc"] {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret, oidcGroupsClaim: groupsClaim, oidcRights, publicUrl } = settings;
  if (issuer === undefined) return undefined;
  if (clientId === undefined) throw missing("HEADGATE_OIDC_CLIENT_ID", "the provider gives it when this API is registered there");
  if (publicUrl === undefined)
    throw missing("HEADGATE_PUBLIC_URL", "the provider sends people back to where they reach the API, such as https://headgate.example.com");
  return { provider: createOidc({ issuer, clientId, clientSecret, redirectUri: callbackUrl(publicUrl), groupsClaim }), rights: parseGroupRights(oidcRights) };
}

function missing(where: string, hint: string): HeadgateError {
  return new HeadgateError("E_CONFIG", `HEADGATE_OIDC_ISSUER is set, and ${where} is not`, { where, hint });
}
