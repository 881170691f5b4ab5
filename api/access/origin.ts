import type { IncomingMessage } from "node:http";
import type { Context } from "hono";

/** The origin under which a browser knows this API: what is configured, else what the request says. */
export function ownOrigin(c: Context, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin;
  return `http://${c.req.header("host") ?? "localhost"}`;
}

/** Whether a request comes from a page of ours, as far as the browser says; undefined if no browser sent it. */
export function isOwnPage(c: Context, publicUrl: string | undefined): boolean | undefined {
  const origin = c.req.header("origin");
  const site = c.req.header("sec-fetch-site");
  if (origin === undefined && site === undefined) return undefined;
  return (origin === undefined || origin === ownOrigin(c, publicUrl)) && (site === undefined || site === "same-origin" || site === "none");
}

/** Whether a request was made on this machine under a name of it: not by another name that leads here, and not by way of a proxy. */
export function isLocal(c: Context): boolean {
  const host = (c.req.header("host") ?? "").replace(/:\d+$/, "");
  const forwarded = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].some((name) => c.req.header(name) !== undefined);
  return !forwarded && ["localhost", "127.0.0.1", "[::1]"].includes(host);
}

/** Whom limits count: the address of the peer, or what a proxy on this machine says of it. */
export function addressOf(c: Context): string {
  const peer = (c.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming?.socket?.remoteAddress ?? "unknown";
  const isHere = peer === "::1" || /^(::ffff:)?127\./.test(peer);
  const named = isHere ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return named === undefined || named === "" ? peer : named;
}
