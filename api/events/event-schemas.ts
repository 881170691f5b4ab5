import { z } from "@hono/zod-openapi";
import { FATES } from "../../core/fact.ts";
import { anyJson, instant, jsonObject } from "../frame/fields.ts";
import { pageOf } from "../frame/page.ts";

export const Fate = z.enum(FATES).openapi("Fate", { description: "What became of an event for a consumer and key." });

const eventFields = {
  asset: z.string().openapi({ example: "s3://lake/raw/orders" }),
  source: z.string(),
  id: z.string(),
  time: instant.openapi({ description: "When it happened, as it says itself." }),
  partition: z.string().nullable(),
  data: jsonObject,
  groups: z.array(z.string()).optional(),
  hops: z.int().openapi({ description: "Runs between it and what came from outside." }),
  run: z.string().optional().openapi({ description: "The run that published it." }),
  watcher: z.string().nullable(),
  by: z.string().optional().openapi({ description: "Who published it by the API: a token or a person.", example: "token:ci" }),
  traceparent: z.string().optional().openapi({ description: "The span that it comes from, as W3C Trace Context writes it." }),
};

export const Event = z
  .object({
    ...{ registry: z.string(), seq: z.int().openapi({ description: "Its number in the order of acceptance." }) },
    at: instant.openapi({ description: "When the registry accepted it." }),
    ...eventFields,
  })
  .openapi("Event");

export const FatedEvent = Event.extend({
  fatedAt: instant.optional().openapi({ description: "Since when the fate holds that was asked for." }),
}).openapi("FatedEvent");

export const EventPage = pageOf(FatedEvent, "EventPage");

const fateFields = { fate: Fate, why: z.string().nullable(), run: z.string().nullable(), at: instant };

export const EventFate = z
  .object({
    ...{ registry: z.string(), seq: z.int(), source: z.string(), id: z.string(), asset: z.string(), dag: z.string(), key: z.string() },
    ...fateFields,
    history: z.array(z.object(fateFields)).openapi({ description: "All its fates so far, the oldest first; the last one holds." }),
  })
  .openapi("EventFate");

const Repeat = z.object({
  ...{ at: instant, source: z.string(), id: z.string(), asset: z.string() },
  differed: z.boolean().openapi({ description: "It said something else than the first." }),
});

export const Rejected = z
  .object({ registry: z.string(), n: z.int(), at: instant, code: z.string(), why: z.string(), event: anyJson.openapi({ description: "As it was sent." }) })
  .openapi("RejectedEvent");

export const Quarantined = z
  .object({
    ...eventFields,
    at: instant.openapi({ description: "When it was put aside." }),
    why: z.string().openapi({ description: "What of its asset's contract it breaks." }),
    ...{ releasedAt: instant.nullable(), releasedBy: z.string().nullable(), droppedAt: instant.nullable(), droppedBy: z.string().nullable() },
    settledWhy: z.string().nullable().openapi({ description: "The reason that was given with it." }),
  })
  .openapi("QuarantinedEvent");
export const QuarantinePage = pageOf(Quarantined, "QuarantinePage");

const LiveEvent = z.object({
  kind: z.literal("event"),
  event: z.looseObject({ at: instant, partition: z.string().nullable() }),
  consumers: z.array(
    z.object({ dag: z.string(), key: z.string(), fate: z.enum(["pending", "consumed"]), run: z.string().nullable(), why: z.string().nullable() }),
  ),
});

export const EventStory = z
  .object({
    events: z.array(Event).openapi({ description: "The newest first; more than one if registries share the id." }),
    fates: z.array(EventFate),
    repeats: z.array(Repeat),
    rejected: z.array(Rejected),
    quarantined: z.array(Quarantined).openapi({ description: "Put aside by the contract of their asset: no DAG heard of them." }),
    live: LiveEvent.nullable().openapi({ description: "What the registry holds of it now; null if nothing, or if it does not answer." }),
  })
  .openapi("EventStory");
