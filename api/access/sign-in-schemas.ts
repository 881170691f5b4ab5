import { z } from "@hono/zod-openapi";

/** Who asks, and what they may do. */
export const Me = z
  .object({
    name: z.string().openapi({ example: "ada@example.com" }),
    kind: z.enum(["local", "token", "person"]),
    scopes: z.array(z.string()).openapi({ example: ["read", "operate:sales"] }),
    csrf: z.string().nullable().openapi({ description: "Of a session: send it as `X-CSRF-Token` with each request that changes something." }),
    endsAt: z.iso.datetime().nullable().openapi({ description: "Of a session: when it is over in any case." }),
  })
  .openapi("Me");

/** How one can sign in here. */
export const WaysIn = z
  .object({
    password: z.boolean(),
    oidc: z.object({ issuer: z.string(), path: z.string().openapi({ description: "Send the browser there, with `?to=/page`." }) }).nullable(),
  })
  .openapi("WaysIn");

export const PasswordSignIn = z.strictObject({ name: z.string().max(200), password: z.string().max(1_000) }).openapi("PasswordSignIn");
