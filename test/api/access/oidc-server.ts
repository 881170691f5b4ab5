import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** A real provider of OpenID Connect on loopback, and a browser of somebody who signs in there. */
export interface OidcServer {
  readonly issuer: string;
  /** Goes where the API sends a browser, signs in as `login`, agrees, and returns the address that the provider sends it back to. */
  signIn(url: string, login: string): Promise<URL>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Who there is: by login, what the provider says of them. */
const ACCOUNTS: Readonly<Record<string, object>> = {
  ada: { email: "ada@example.com", email_verified: true, groups: ["data-eng"] },
  // Anybody can write an address that nobody checked.
  eve: { email: "ada@example.com", email_verified: false, preferred_username: "admin", groups: [] },
};

export async function startOidcServer(redirectUri: string): Promise<OidcServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "headgate", client_secret: "the client's secret", redirect_uris: [redirectUri], response_types: ["code"] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"], groups: ["groups"] },
    scopes: ["openid", "email", "profile", "groups"],
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...ACCOUNTS[id] }) }),
    cookies: { keys: ["a key of this test"] },
  });
  server.on("request", provider.callback());

  async function signIn(url: string, login: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let next: { readonly url: URL; readonly form?: Record<string, string> } = { url: new URL(url) };
    for (let steps = 0; steps < 12; steps += 1) {
      if (next.url.origin !== issuer) return next.url;
      const response = await fetch(next.url, {
        redirect: "manual",
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
        ...(next.form === undefined ? {} : { method: "POST", body: new URLSearchParams(next.form) }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
        cookies.set(name, value);
      }
      const location = response.headers.get("location");
      if (location !== null) {
        next = { url: new URL(location, next.url) };
        continue;
      }
      const page = await response.text();
      const [, prompt = ""] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
      if (prompt === "") throw new Error(`the provider shows no form: ${response.status} ${page.slice(0, 400)}`);
      next = { url: next.url, form: prompt === "login" ? { prompt, login, password: "any" } : { prompt } };
    }
    throw new Error("the provider sends the browser round and round");
  }

  return {
    issuer,
    signIn,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
