import { scryptSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseGroupRights } from "../../../api/access/groups.ts";
import { createOidc } from "../../../api/access/oidc.ts";
import { makeFirstAdmin, putPerson } from "../../../api/access/put-person.ts";
import { callbackUrl } from "../../../api/access/sign-in-routes.ts";
import { type AccessWorld, type Asks, cookiesOf, createAccessWorld, OWN_PAGE } from "./access-world.ts";
import { type OidcServer, startOidcServer } from "./oidc-server.ts";

const HOUR = 3_600_000;
const QUICK = "quick horse battery";
let world: AccessWorld;
let password: string;
beforeAll(async () => {
  world = await createAccessWorld();
  password = (await makeFirstAdmin(world.store.access)) ?? "";
  // A hash of little cost, for the many sign-ins of these tests.
  const cheap = scryptSync(QUICK, "salt", 32, { N: 16, r: 8, p: 1 }).toString("base64url");
  await world.store.access.people.put({
    name: "quick",
    scopes: ["admin"],
    by: "test",
    password: `scrypt$16$8$1$${Buffer.from("salt").toString("base64url")}$${cheap}`,
  });
  world.now += 2_000;
});
afterAll(() => world[Symbol.asyncDispose]());

const PASSWORD = "/v1/sign-in";
async function signIn(name = "quick", secret = QUICK, ask: Asks = world.ask) {
  const answer = await ask("POST", PASSWORD, { headers: OWN_PAGE, body: { name, password: secret } });
  return { ...answer, cookie: cookiesOf(answer), csrf: answer.body.csrf as string };
}

describe("the first person", () => {
  it("is made once, and can sign in with the password that was shown", async () => {
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect(await makeFirstAdmin(world.store.access)).toBeUndefined();
    expect((await world.ask("GET", PASSWORD)).body).toEqual({ password: true, oidc: null });
    const { status, headers, cookie } = await signIn("admin", password);
    expect(status).toBe(200);
    expect(headers.getSetCookie().find((one) => one.startsWith("headgate="))).toMatch(/; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(headers.get("cache-control")).toBe("no-store");
    const me = await world.ask("GET", "/v1/me", { headers: { ...OWN_PAGE, cookie } });
    expect(me).toMatchObject({ status: 200, body: { name: "admin", kind: "person", scopes: ["admin"] } });
    expect(cookie).toContain(`headgate-csrf=${me.body.csrf}`);
  });

  it("ends that a browser on this machine needs nobody to sign in", async () => {
    expect(await world.ask("GET", "/v1/me", { headers: OWN_PAGE })).toMatchObject({ status: 401, body: { code: "E_SIGN_IN" } });
  });

  it("under `headgate dev` programs of this machine need nothing still", async () => {
    const ask = world.another({ trustsPrograms: true });
    expect((await ask("GET", "/v1/me")).body).toMatchObject({ kind: "local" });
    expect((await ask("GET", "/v1/me", { headers: OWN_PAGE })).status).toBe(401);
    expect((await ask("GET", "/v1/me", { headers: { host: "127.0.0.1:7280", "x-forwarded-for": "203.0.113.7" } })).status).toBe(401);
  });
});

describe("a password", () => {
  it("that is wrong is refused as the name of nobody is", async () => {
    const ask = world.another();
    const wrong = await signIn("admin", "wrong horse battery", ask);
    expect(wrong).toMatchObject({ status: 401, body: { code: "E_SIGN_IN" } });
    for (const name of ["nobody", "ada@example.com", "\0", "x".repeat(200)]) expect((await signIn(name, password, ask)).body).toEqual(wrong.body);
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  it("cannot be tried again and again", async () => {
    const ask = world.another();
    for (let n = 0; n < 10; n += 1) await signIn("quick", "slow horse battery", ask);
    const refused = await signIn("quick", QUICK, ask);
    expect(refused).toMatchObject({ status: 429, body: { code: "E_RATE_LIMIT" } });
    expect(refused.headers.get("retry-after")).toBe("30");
    world.now += 30_000;
    expect((await signIn("quick", QUICK, ask)).status).toBe(200);
  });

  it("is not taken from a page of another origin", async () => {
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect(await world.ask("POST", PASSWORD, { headers, body: { name: "admin", password } })).toMatchObject({ status: 403, body: { code: "E_CSRF" } });
  });

  it("needs twelve characters, and a new one ends the sessions of the old one", async () => {
    await expect(putPerson(world.store.access, { name: "ada", scopes: ["read"], by: "admin", password: "short" })).rejects.toMatchObject({ code: "E_USAGE" });
    const first = await putPerson(world.store.access, { name: "ada", scopes: ["read"], by: "admin" });
    const { cookie } = await signIn("ada", first);
    await putPerson(world.store.access, { name: "ada", scopes: ["read", "operate:sales"], by: "admin" });
    world.now += 2_000;
    expect((await world.ask("GET", "/v1/me", { headers: { ...OWN_PAGE, cookie } })).status).toBe(401);
  });
});

describe("a session", () => {
  it("changes something only with both tokens, from a page of this API", async () => {
    const { cookie, csrf } = await signIn();
    const make = (headers: Record<string, string>) => world.ask("POST", "/v1/tokens", { headers, body: { name: `made-${Math.random()}`, scopes: ["read"] } });
    expect(await make({ ...OWN_PAGE, cookie })).toMatchObject({ status: 403, body: { code: "E_CSRF" } });
    expect((await make({ ...OWN_PAGE, cookie, "x-csrf-token": `${csrf}x` })).status).toBe(403);
    expect((await make({ ...OWN_PAGE, cookie, "x-csrf-token": (await signIn()).csrf })).status).toBe(403);
    expect((await make({ origin: "https://evil.example", cookie, "x-csrf-token": csrf })).status).toBe(403);
    expect((await make({ ...OWN_PAGE, "sec-fetch-site": "same-site", cookie, "x-csrf-token": csrf })).status).toBe(403);
    // No browser sends such a request: whoever took a cookie elsewhere does.
    expect((await make({ cookie, "x-csrf-token": csrf })).status).toBe(403);
    expect(await make({ ...OWN_PAGE, cookie, "x-csrf-token": csrf })).toMatchObject({ status: 201, body: { by: "quick" } });
  });

  it("ends by signing out, which only a page of this API can do", async () => {
    const { cookie, csrf } = await signIn();
    expect((await world.ask("POST", "/v1/sign-out", { headers: { ...OWN_PAGE, cookie } })).status).toBe(403);
    const out = await world.ask("POST", "/v1/sign-out", { headers: { ...OWN_PAGE, cookie, "x-csrf-token": csrf } });
    expect(out.status).toBe(204);
    expect(cookiesOf(out)).toBe("");
    expect((await world.ask("GET", "/v1/me", { headers: { ...OWN_PAGE, cookie } })).status).toBe(401);
    expect((await world.store.listOperations({ limit: 2 })).map(({ operation, by }) => [operation, by])).toEqual([
      ["sign-out", "quick"],
      ["sign-in", "quick"],
    ]);
  });

  it("is a new one with each sign-in, whatever the browser had before", async () => {
    const before = await signIn();
    const after = await world.ask("POST", PASSWORD, { headers: { ...OWN_PAGE, cookie: before.cookie }, body: { name: "quick", password: QUICK } });
    expect(cookiesOf(after)).not.toBe(before.cookie);
    expect((await world.ask("GET", "/v1/me", { headers: { ...OWN_PAGE, cookie: before.cookie } })).status).toBe(401);
  });

  it("ends after twelve hours without a request, and after seven days in any case", async () => {
    const ask = world.another();
    const { cookie } = await signIn("quick", QUICK, ask);
    const look = async () => (await ask("GET", "/v1/me", { headers: { ...OWN_PAGE, cookie } })).status;
    for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
      world.now += 11 * HOUR;
      expect(await look()).toBe(200);
      await expect.poll(async () => (await world.store.access.sessions.find(await hash(cookie), 1))?.seenAt).toBe(world.now);
    }
    world.now += 11 * HOUR;
    expect(await look()).toBe(401);
    const idle = await signIn("quick", QUICK, ask);
    world.now += 12 * HOUR;
    expect((await ask("GET", "/v1/me", { headers: { ...OWN_PAGE, cookie: idle.cookie } })).status).toBe(401);
  });

  it("is no way round a token that is wrong", async () => {
    const { cookie } = await signIn();
    expect((await world.ask("GET", "/v1/me", { headers: { cookie, authorization: "Bearer wrong" } })).status).toBe(401);
  });
});

async function hash(cookie: string): Promise<string> {
  const { hashOf } = await import("../../../api/access/secret.ts");
  return hashOf(/headgate=([^;]+)/.exec(cookie)?.[1] ?? "");
}

describe("a provider of OpenID Connect", () => {
  const publicUrl = "https://headgate.example";
  const page = { host: "headgate.example", origin: publicUrl, "sec-fetch-site": "same-origin" };
  let provider: OidcServer;
  let ask: Asks;
  beforeAll(async () => {
    provider = await startOidcServer(callbackUrl(publicUrl));
    ask = api();
  });
  afterAll(() => provider[Symbol.asyncDispose]());

  function api(clientSecret = "the client's secret"): Asks {
    const { issuer } = provider;
    const oidc = createOidc({ issuer, clientId: "headgate", clientSecret, redirectUri: callbackUrl(publicUrl), groupsClaim: "groups" });
    return world.another({ publicUrl, oidc: { provider: oidc, rights: parseGroupRights("data-eng=read,operate:sales") } });
  }
  const visit = (path: string, cookie = "") => ask("GET", path, { headers: { host: "headgate.example", ...(cookie === "" ? {} : { cookie }) } });

  async function begin(to = "/dags?x=1"): Promise<{ readonly cookie: string; readonly location: string }> {
    // One address may not begin that often.
    world.now += 30_000;
    const begun = await visit(`/v1/sign-in/oidc?to=${encodeURIComponent(to)}`);
    expect(begun.status).toBe(302);
    return { cookie: cookiesOf(begun), location: begun.headers.get("location") ?? "" };
  }
  const pathOf = ({ pathname, search }: URL): string => pathname + search;

  it("lets somebody in with the rights of their groups, and back to the page that they wanted", async () => {
    expect((await visit("/v1/sign-in")).body.oidc).toEqual({ issuer: provider.issuer, path: "/v1/sign-in/oidc" });
    const { cookie, location } = await begin();
    expect(Object.fromEntries(new URL(location).searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      scope: "openid profile email groups",
    });
    const back = await visit(pathOf(await provider.signIn(location, "ada")), cookie);
    expect([back.status, back.headers.get("location")]).toEqual([302, "/dags?x=1"]);
    const set = back.headers.getSetCookie();
    expect(set.find((one) => one.startsWith("__Host-headgate="))).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    const session = cookiesOf(back);
    const me = await ask("GET", "/v1/me", { headers: { ...page, cookie: session } });
    expect(me.body).toMatchObject({ name: "ada@example.com", kind: "person", scopes: ["read", "operate:sales"] });
    expect((await world.store.listOperations({ limit: 1 }))[0]).toMatchObject({
      operation: "sign-in",
      by: "ada@example.com",
      subject: `${provider.issuer} ada`,
    });
    // The page is one of this API by the address that people see.
    const headers = { ...page, cookie: session, "x-csrf-token": me.body.csrf };
    expect(await ask("POST", "/v1/tokens", { headers, body: { name: "x", scopes: ["read"] } })).toMatchObject({ status: 403, body: { code: "E_ACCESS" } });
  });

  it("gives nobody a name that it did not check, and no rights without a group", async () => {
    const { cookie, location } = await begin();
    const back = await visit(pathOf(await provider.signIn(location, "eve")), cookie);
    const me = await ask("GET", "/v1/me", { headers: { ...page, cookie: cookiesOf(back) } });
    expect(me.body).toMatchObject({ name: "oidc:admin", scopes: [] });
    expect((await ask("GET", "/v1/assets", { headers: { ...page, cookie: cookiesOf(back) } })).status).toBe(403);
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])("never sends a browser to %s", async (to) => {
    const { cookie, location } = await begin(to);
    const back = await visit(pathOf(await provider.signIn(location, "ada")), cookie);
    expect(back.headers.get("location")).toBe("/");
  });

  it.each<[string, (back: URL, cookie: string) => readonly [URL, string]]>([
    ["of another browser", (back) => [back, ""]],
    ["with another state", (back, cookie) => [new URL(back.href.replace(/state=[^&]+/, "state=forged")), cookie]],
    ["with another code", (back, cookie) => [new URL(back.href.replace(/code=[^&]+/, "code=forged")), cookie]],
    ["that says that it was refused", (back, cookie) => [new URL(back.href.replace(/code=[^&]+/, "error=access_denied")), cookie]],
    ["of another provider", (back, cookie) => [new URL(back.href.replace(/iss=[^&]+/, "iss=https%3A%2F%2Fevil.example")), cookie]],
  ])("refuses an answer %s", async (_, forged) => {
    const { cookie, location } = await begin();
    const [back, sent] = forged(await provider.signIn(location, "ada"), cookie);
    const answer = await visit(pathOf(back), sent);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/sign-in?error=E_SIGN_IN"]);
    expect(answer.headers.getSetCookie().join()).not.toMatch(/__Host-headgate=\S{20}/);
  });

  it("refuses the same answer a second time", async () => {
    const { cookie, location } = await begin();
    const back = pathOf(await provider.signIn(location, "ada"));
    expect((await visit(back, cookie)).headers.get("location")).toBe("/dags?x=1");
    expect((await visit(back, cookie)).headers.get("location")).toBe("/sign-in?error=E_SIGN_IN");
  });

  it("that does not answer is said, and asked again", async () => {
    const gone = createOidc({ issuer: "http://127.0.0.1:1", clientId: "x", redirectUri: callbackUrl(publicUrl), groupsClaim: "groups" });
    const broken = world.another({ publicUrl, oidc: { provider: gone, rights: {} } });
    expect(await broken("GET", "/v1/sign-in/oidc", { headers: { host: "headgate.example" } })).toMatchObject({ status: 401, body: { code: "E_SIGN_IN" } });
  });
});

describe("every answer", () => {
  it("says what browsers must not do with it", async () => {
    const { headers } = await world.ask("GET", "/healthz");
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("strict-transport-security")).toBeNull();
    const secure = world.another({ publicUrl: "https://headgate.example" });
    expect((await secure("GET", "/healthz")).headers.get("strict-transport-security")).toBe("max-age=31536000");
  });
});
