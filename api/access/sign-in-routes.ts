import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { StoredSession } from "../../store/access/sessions.ts";
import type { ApiParts } from "../deps.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { verifyPassword } from "./password.ts";
import { csrfOf } from "./session-book.ts";
import { dropSession, ownPath, sessionIn, setCsrf, setPending, setSession, takePending } from "./session-cookie.ts";
import { PasswordSignIn, WaysIn } from "./sign-in-schemas.ts";
import { NAME } from "./tokens.ts";

const CALLBACK = "/v1/sign-in/oidc/callback";

/** Where the provider sends people back to. */
export function callbackUrl(publicUrl: string): string {
  return new URL(CALLBACK, publicUrl).href;
}

const ways = createRoute({
  ...({ method: "get", path: "/v1/sign-in", tags: ["access"], summary: "How one can sign in", security: [] } as const),
  responses: { 200: { description: "The ways that there are.", content: { "application/json": { schema: WaysIn } } } },
});
const password = createRoute({
  ...({ method: "post", path: "/v1/sign-in", tags: ["access"], summary: "Sign in with a password", security: [] } as const),
  request: { body: { required: true, content: { "application/json": { schema: PasswordSignIn } } } },
  responses: {
    200: {
      description: "The session is in a cookie. Each request that changes something needs `csrf` as the header `X-CSRF-Token`, too.",
      content: { "application/json": { schema: z.object({ name: z.string(), csrf: z.string() }) } },
    },
  },
});
const out = createRoute({
  ...({ method: "post", path: "/v1/sign-out", tags: ["access"], summary: "Sign out" } as const),
  responses: { 204: { description: "The session is over." } },
});

/** How people get a session, and end it. Open to everybody: what is behind it asks who they are. */
export function createSignInRoutes({ access, store, log }: ApiParts): Router {
  const router = createRouter();
  const { publicUrl, now } = access.options;
  const provider = access.options.oidc?.provider;

  /** A new id each time: nobody can have put it into the browser before. */
  async function begin(c: Context, who: Pick<StoredSession, "person" | "how" | "subject" | "groups">): Promise<string> {
    const before = sessionIn(c, publicUrl);
    if (before !== undefined) await access.sessions.close(before);
    const { id, endsAt } = await access.sessions.open(who);
    const seconds = Math.floor((endsAt - now()) / 1_000);
    setSession(c, publicUrl, id, seconds);
    setCsrf(c, publicUrl, csrfOf(id), seconds);
    await store.recordAction({ operation: "sign-in", subject: who.subject ?? who.person, by: who.person });
    return csrfOf(id);
  }

  router.openapi(ways, async (c) => {
    const people = await store.access.people.list();
    return c.json({ password: people.length > 0, oidc: provider === undefined ? null : { issuer: provider.issuer, path: "/v1/sign-in/oidc" } }, 200);
  });

  router.openapi(password, async (c) => {
    access.admitSignIn(c);
    const { name, password: given } = c.req.valid("json");
    if (!(await verifyPassword(given, NAME.test(name) ? await store.access.people.passwordOf(name) : undefined))) {
      log.warn("a sign-in was refused", { name });
      throw new HeadgateError("E_SIGN_IN", "the name or the password is wrong", { hint: "`headgate people put <name> --scopes ...` makes a new password" });
    }
    return c.json({ name, csrf: await begin(c, { person: name, how: "password", subject: null, groups: [] }) }, 200);
  });

  router.get("/v1/sign-in/oidc", async (c) => {
    if (provider === undefined) throw new HeadgateError("E_SIGN_IN", "this API has no provider of OpenID Connect", { hint: "set HEADGATE_OIDC_ISSUER" });
    access.admitSignIn(c);
    const { url, pending } = await provider.begin();
    setPending(c, publicUrl, { ...pending, to: ownPath(c.req.query("to")) });
    return c.redirect(url.href);
  });

  router.get(CALLBACK, async (c) => {
    const pending = takePending(c, publicUrl);
    try {
      if (provider === undefined || pending === undefined) throw new HeadgateError("E_SIGN_IN", "no sign-in is under way in this browser");
      const { name, subject, groups } = await provider.finish(new URL(c.req.url).searchParams, pending);
      await begin(c, { person: name, how: "oidc", subject, groups });
      return c.redirect(ownPath(pending.to));
    } catch (error) {
      // A person sees a page, not a document: the page says what to do, the log why.
      if (!HeadgateError.is(error) || error.code !== "E_SIGN_IN") throw error;
      log.warn(messageOf(error), { code: error.code });
      return c.redirect("/sign-in?error=E_SIGN_IN");
    }
  });

  router.openapi(out, async (c) => {
    const found = await access.sessionOf(c);
    if (found !== undefined) {
      // Only a page of ours may end it.
      await access.callerOf(c);
      await access.sessions.close(found.id);
      await store.recordAction({ operation: "sign-out", subject: found.session.subject ?? found.session.person, by: found.session.person });
    }
    dropSession(c, publicUrl);
    return c.body(null, 204);
  });

  return router;
}
