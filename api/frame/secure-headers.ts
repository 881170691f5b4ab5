import type { MiddlewareHandler } from "hono";
import { secureHeaders as headers } from "hono/secure-headers";

/**
 * What browsers must know of every answer: the web UI runs its own scripts and styles only, stands in no frame, and asks this
 * origin only. React and React Flow place things through the object model, which a policy does not concern.
 */
export function secureHeaders(publicUrl: string | undefined): MiddlewareHandler {
  const set = headers({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      workerSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    // Not `no-referrer`: then a browser would hide from us that a form of our own page sent something.
    referrerPolicy: "same-origin",
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
    strictTransportSecurity: publicUrl?.startsWith("https:") === true ? "max-age=31536000" : false,
  });
  return async (c, next) => {
    await set(c, next);
    // Nothing of the API is for a cache that others read.
    if (c.req.path.startsWith("/v1/") && !c.res.headers.has("cache-control")) c.res.headers.set("Cache-Control", "no-store");
  };
}
