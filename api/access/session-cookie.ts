import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { PendingSignIn } from "./oidc.ts";

/** How long somebody may take at the provider, in seconds. */
const PENDING = 600;

const pendingSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });

/** By TLS the browser takes care that no other host can set the cookie, by its prefix. */
function prefixOf(publicUrl: string | undefined): "host" | undefined {
  return publicUrl?.startsWith("https:") === true ? "host" : undefined;
}

function attributes(publicUrl: string | undefined) {
  const prefix = prefixOf(publicUrl);
  return { path: "/", httpOnly: true, sameSite: "Lax", ...(prefix === undefined ? {} : { secure: true, prefix }) } as const;
}

export function sessionIn(c: Context, publicUrl: string | undefined): string | undefined {
  return getCookie(c, "headgate", prefixOf(publicUrl));
}

export function setSession(c: Context, publicUrl: string | undefined, id: string, seconds: number): void {
  setCookie(c, "headgate", id, { ...attributes(publicUrl), maxAge: seconds });
}

/** The second token of a session, where pages of ours can read it. */
export function setCsrf(c: Context, publicUrl: string | undefined, csrf: string, seconds: number): void {
  setCookie(c, "headgate-csrf", csrf, { ...attributes(publicUrl), httpOnly: false, sameSite: "Strict", maxAge: seconds });
}

export function dropSession(c: Context, publicUrl: string | undefined): void {
  deleteCookie(c, "headgate", attributes(publicUrl));
  deleteCookie(c, "headgate-csrf", { ...attributes(publicUrl), httpOnly: false, sameSite: "Strict" });
}

/** What has to be remembered while somebody is at the provider, with the page that they wanted to see. */
export function setPending(c: Context, publicUrl: string | undefined, pending: PendingSignIn & { readonly to: string }): void {
  setCookie(c, "headgate-sign-in", Buffer.from(JSON.stringify(pending)).toString("base64url"), { ...attributes(publicUrl), maxAge: PENDING });
}

/** It is of use once. */
export function takePending(c: Context, publicUrl: string | undefined): (PendingSignIn & { readonly to: string }) | undefined {
  const text = getCookie(c, "headgate-sign-in", prefixOf(publicUrl));
  deleteCookie(c, "headgate-sign-in", attributes(publicUrl));
  if (text === undefined) return undefined;
  try {
    return pendingSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch {
    return undefined;
  }
}

/** A path of this API that a browser may be sent to; anything that could lead elsewhere is the start page. */
export function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[^\\\s]*$/.test(text) ? text : "/";
}
