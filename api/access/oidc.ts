import type { Configuration } from "openid-client";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { groupsIn } from "./groups.ts";

export interface OidcOptions {
  /** Where `/.well-known/openid-configuration` is. */
  readonly issuer: string;
  readonly clientId: string;
  /** Left out for a public client. */
  readonly clientSecret?: string | undefined;
  /** Where the provider sends people back to: registered there. */
  readonly redirectUri: string;
  /** The claim that names somebody's groups, of the ID token or else of userinfo. */
  readonly groupsClaim: string;
}

/** What the browser keeps between leaving and coming back. Nothing of it is of use without the code that the provider gives. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who came back from the provider. */
export interface SignedIn {
  /** Their address where the provider checked it, else `oidc:<name>`. */
  readonly name: string;
  /** Issuer and subject: who it is, whatever the name. */
  readonly subject: string;
  readonly groups: readonly string[];
}

/** Sign-in at a provider of OpenID Connect: code flow with PKCE, state and nonce. */
export interface Oidc {
  readonly issuer: string;
  /** Throws `E_SIGN_IN` if the provider does not answer. */
  begin(): Promise<{ readonly url: URL; readonly pending: PendingSignIn }>;
  /** `query` is what the provider sent the browser back with. Throws `E_SIGN_IN`. */
  finish(query: URLSearchParams, pending: PendingSignIn): Promise<SignedIn>;
}

/** Asks the provider nothing yet: its configuration is discovered at the first sign-in. */
export function createOidc({ issuer, clientId, clientSecret, redirectUri, groupsClaim }: OidcOptions): Oidc {
  const server = new URL(issuer);
  let discovered: Promise<Configuration> | undefined;

  /** The library is loaded with the first sign-in: most requests have a token or a session. */
  const library = () => import("openid-client");

  async function discover(): Promise<Configuration> {
    const { allowInsecureRequests, discovery, None } = await library();
    const isHere = server.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(server.hostname);
    return await discovery(server, clientId, clientSecret, clientSecret === undefined ? None() : undefined, isHere ? { execute: [allowInsecureRequests] } : {});
  }
  function configuration(): Promise<Configuration> {
    // One that did not answer is asked anew.
    discovered ??= discover().catch((error: unknown) => {
      discovered = undefined;
      throw new HeadgateError("E_SIGN_IN", `the provider ${issuer} does not answer: ${messageOf(error)}`, { where: "oidcIssuer", cause: error });
    });
    return discovered;
  }

  return {
    issuer,
    begin: async () => {
      const config = await configuration();
      const { buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier, randomState } = await library();
      const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: scopeFor(config),
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: "S256",
      });
      return { url, pending };
    },
    finish: async (query, { state, nonce, verifier }) => {
      const config = await configuration();
      const { authorizationCodeGrant, fetchUserInfo } = await library();
      try {
        const back = new URL(redirectUri);
        back.search = query.toString();
        const answer = await authorizationCodeGrant(config, back, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = answer.claims();
        if (claims === undefined) throw new Error("the answer has no ID token");
        const needsMore = claims[groupsClaim] === undefined && config.serverMetadata().userinfo_endpoint !== undefined;
        const all: Readonly<Record<string, unknown>> = needsMore ? { ...(await fetchUserInfo(config, answer.access_token, claims.sub)), ...claims } : claims;
        return { name: nameOf(all), subject: `${claims.iss} ${claims.sub}`, groups: groupsIn(all[groupsClaim]) };
      } catch (error) {
        throw new HeadgateError("E_SIGN_IN", `the sign-in at ${issuer} failed: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

/** Providers refuse scopes that they do not know; most have groups under one of their own or with the profile. */
function scopeFor(config: Configuration): string {
  const known = config.serverMetadata().scopes_supported;
  return ["openid", ...["profile", "email", "groups"].filter((scope) => known?.includes(scope) ?? scope !== "groups")].join(" ");
}

/** A name that nobody can choose so that it passes for another's: the checked address, else one that says where it is from. */
function nameOf(claims: Readonly<Record<string, unknown>>): string {
  const { email, email_verified, preferred_username, sub } = claims;
  if (typeof email === "string" && email_verified === true && /^[^\s@]+@[^\s@]+$/.test(email)) return email;
  return `oidc:${typeof preferred_username === "string" && preferred_username !== "" ? preferred_username : String(sub)}`;
}
