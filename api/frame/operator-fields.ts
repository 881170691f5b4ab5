import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import type { Asked } from "../../registry/index.ts";
import type { Caller } from "../access/caller.ts";

/** What every action takes that the registry keeps: why, and an id under which a repeat does nothing. */
export const operatorFields = {
  reason: z.string().max(2_000).optional().openapi({ description: "Why: it stands with the operations, and in the ledger." }),
  request: z.string().min(1).max(200).optional().openapi({ description: "The same request again does nothing. By default each is new." }),
} as const;

/** Why, where an action must say it: what it does cannot be undone. */
export const neededReason = z.string().trim().min(1).max(2_000).openapi({ description: "Why: it stands with the operations, and in the ledger." });

export const keyField = z.string().optional().openapi({ description: "Of this key or partition only." });

/** Who asks, why, and under which id. */
export function askedBy(
  { name }: Caller,
  { reason, request }: { readonly reason?: string | undefined; readonly request?: string | undefined },
  newId: () => string,
): Asked {
  return { by: name, request: request ?? newId(), ...defined({ why: reason }) };
}
