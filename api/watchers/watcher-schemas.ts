import { z } from "@hono/zod-openapi";
import type { WatcherPosition } from "../../core/watcher-protocol.ts";
import { instant, openObject } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";

const Position = z.union([z.enum(["beginning", "now"]), openObject<Exclude<WatcherPosition, string>>("A position as the source takes it.")]);
const Reset = z.object({ id: z.string(), to: Position, deliver: z.enum(["redeliver", "skip"]), by: z.string(), at: instant });

const Deployed = z.looseObject({
  id: z.string(),
  source: z.string().openapi({ description: "Its kind: `s3`, `kafka`, ..." }),
  publishes: z.string().openapi({ description: "The asset whose events it publishes." }),
  alsoPublishes: z.array(z.string()).readonly().optional(),
  every: z.number().openapi({ description: "Milliseconds between two looks." }),
});

const Live = z
  .object({
    watcher: z.string(),
    status: z.enum(["waiting", "running", "backing-off", "paused", "stopped"]),
    paused: z.object({ by: z.string(), at: instant, why: z.string().optional() }).optional(),
    ending: z.literal(true).optional().openapi({ description: "It is paused and still finishes a batch." }),
    ...{ generation: z.int(), published: z.int(), ignored: z.int(), poisoned: z.int(), sessions: z.int() },
    readAt: instant.optional().openapi({ description: "When the source was last heard of." }),
    publishedAt: instant.optional(),
    lag: z.number().optional().openapi({ description: "Milliseconds between the last event's own time and its acceptance." }),
    throughput: z.number().optional().openapi({ description: "Events published in a second, over the last half minute or more." }),
    backoffUntil: z.number().optional().openapi({ description: "When what failed is tried again, in milliseconds since 1970." }),
    ...{ error: z.string().optional(), code: z.string().optional() },
    resets: z.array(Reset.extend({ watcher: z.string(), why: z.string().optional() })),
  })
  .openapi("WatcherLive");

const Stored = z
  .object({
    ...{ watcher: z.string(), source: z.string(), fingerprint: z.string().nullable() },
    status: z.enum(["running", "backing-off", "stopped"]).nullable(),
    ...{ error: z.string().nullable(), code: z.string().nullable(), generation: z.int(), lastSeq: z.int(), sentSeq: z.int() },
    unsent: z.int().openapi({ description: "Batches that are not yet sent." }),
    oldestUnsentAt: instant.nullable(),
    deadLetters: z.int().openapi({ description: "Letters that were neither sent again nor dropped." }),
    ...{ openedAt: instant.nullable(), reportedAt: instant.nullable(), appendedAt: instant.nullable(), sentAt: instant.nullable() },
  })
  .openapi("WatcherStored");

export const Watcher = z
  .object({
    watcher: z.string(),
    deployed: Deployed.nullable(),
    live: Live.nullable().openapi({ description: "What its workflow says now; null if it does not run or does not answer." }),
    stored: Stored.nullable().openapi({ description: "Its outbox, as the store has it." }),
  })
  .openapi("Watcher");

export const WatcherDetails = Watcher.extend({
  stored: Stored.extend({
    cursor: z.unknown().openapi({ description: "Where it stands, as the source writes it." }),
    startAt: Position.nullable(),
    seen: z.int().openapi({ description: "Items whose version is known." }),
    resets: z.array(Reset.extend({ why: z.string().nullable(), generation: z.int(), cursorBefore: z.unknown() })),
  }).nullable(),
}).openapi("WatcherDetails");

export const WatcherPage = pageOf(Watcher, "WatcherPage");

export const DeadLetter = z
  .object({
    ...{ watcher: z.string(), id: z.string(), reason: z.string(), raw: z.string(), times: z.int(), firstAt: instant, at: instant },
    ...{ redeliveredAt: instant.nullable(), redeliveredBy: z.string().nullable() },
    ...{ droppedAt: instant.nullable(), droppedBy: z.string().nullable(), droppedWhy: z.string().nullable() },
  })
  .openapi("DeadLetter");

export const DeadLetterPage = pageOf(DeadLetter, "DeadLetterPage");
