import { z } from "@hono/zod-openapi";
import { Event, Fate } from "../events/event-schemas.ts";
import { instant } from "../frame/fields.ts";
import { Run } from "../runs/run-schemas.ts";

const SinceAndBy = z.object({ since: instant, by: z.string().nullable() });
export const EventRef = z.looseObject({ id: z.string(), source: z.string(), asset: z.string() }).openapi("EventRef");

export const ConditionState = z
  .object({
    kind: z.string(),
    text: z.string().openapi({ description: "The part of the condition, in words." }),
    key: z.string().optional(),
    due: z.boolean(),
    pending: z.int().optional().openapi({ description: "Events that wait in a leaf." }),
    waitsFor: z.string().optional().openapi({ description: "What it waits for; absent if it is due." }),
    // The schema of itself, by name: it is an answer, which nothing parses.
    children: z
      .custom<never[]>()
      .optional()
      .openapi({ type: "array", items: { $ref: "#/components/schemas/ConditionState" } }),
  })
  .openapi("ConditionState");

const Group = z
  .object({
    ...{ key: z.string(), partition: z.string().nullable(), due: z.boolean() },
    blocked: z
      .array(z.object({ by: z.string(), until: instant.nullable(), text: z.string() }))
      .openapi({ description: "What holds it back although it is due." }),
    ...{ pending: z.int(), stored: z.int(), events: z.array(EventRef), tree: ConditionState },
  })
  .openapi("GatheredGroup");

export const DagExplanation = z
  .object({
    kind: z.literal("consumer"),
    ...{ dag: z.string(), project: z.string() },
    condition: z.string().nullable().openapi({ description: "In words; null for a DAG that only people and schedules start." }),
    registeredAt: instant,
    ...{ paused: SinceAndBy.nullable(), held: SinceAndBy.nullable(), faulted: z.string().nullable() },
    running: z.array(z.object({ run: z.string(), key: z.string(), since: instant })),
    failed: z.object({ runs: z.int(), events: z.int() }).openapi({ description: "What failed runs hold." }),
    work: z.array(z.object({ id: z.string(), kind: z.string(), status: z.string(), text: z.string() })),
    groups: z.array(Group).openapi({ description: "What has gathered, what is due first; at most 50." }),
    moreGroups: z.int(),
    next: instant.nullable().openapi({ description: "When time alone changes something next." }),
    lastSeen: z
      .array(
        z.object({
          asset: z.string(),
          event: z.object({ at: instant, id: z.string(), source: z.string(), partition: z.string().nullable(), run: z.string().nullable() }).nullable(),
          fate: z.object({ fate: Fate, why: z.string().nullable(), run: z.string().nullable() }).nullable(),
        }),
      )
      .openapi({ description: "The newest event of each asset that it waits for, and what it did with it." }),
    text: z.string().openapi({ description: "All of it, in words." }),
  })
  .openapi("DagExplanation");

export const RunExplanation = z
  .object({
    run: Run,
    condition: z.string().nullable().openapi({ description: "The condition of the plan that it is pinned to, in words." }),
    consumed: z.array(Event.extend({ fate: z.enum(["consumed", "referenced"]), key: z.string() })),
    awaits: z
      .array(z.object({ task: z.string(), asset: z.string(), partition: z.string().nullable() }))
      .openapi({ description: "Events that its tasks wait for now, as far as the registry answers." }),
  })
  .openapi("RunExplanation");
