import { z } from "@hono/zod-openapi";
import { FATES } from "../../core/fact.ts";
import { ConditionState, EventRef } from "../explain/explain-schemas.ts";
import { anyJson, instant } from "../frame/fields.ts";

const events = z.array(EventRef).readonly();

const SimulatedRun = z
  .object({
    ...{ dag: z.string(), id: z.string(), at: instant, partition: z.string().nullable(), key: z.string() },
    events,
    references: events.optional().openapi({ description: "Newest events of `keep` nodes." }),
    cause: z.string(),
    interval: z.object({ start: instant, end: instant }).optional().openapi({ description: "Of a run that only a clock started." }),
    status: z.string(),
    endedAt: instant.nullable(),
  })
  .openapi("SimulatedRun");

const SimulatedFate = z
  .object({
    ...{ dag: z.string().nullable(), key: z.string().nullable(), event: EventRef },
    fate: z.enum([...FATES, "duplicate"]),
    ...{ why: z.string().nullable(), run: z.string().nullable(), at: instant },
  })
  .openapi("SimulatedFate");

/** What `headgate simulate --json` prints. */
export const ScenarioResult = z
  .object({
    runs: z.array(SimulatedRun).readonly().openapi({ description: "In the order of their start." }),
    ledger: z.array(SimulatedFate).readonly().openapi({ description: "One for each DAG, key and event, with the fate at the end; and one for each repeat." }),
    pending: z.array(z.object({ dag: z.string(), key: z.string(), events, tree: ConditionState })).readonly(),
    rejected: z.array(z.object({ at: instant, event: anyJson, code: z.string(), why: z.string() })).readonly(),
    warnings: z.array(z.object({ at: instant, code: z.string(), text: z.string() })).readonly(),
    next: instant.nullable().openapi({ description: "When time alone would change something next." }),
  })
  .openapi("ScenarioResult");

const ReplayedRun = z.object({ at: instant, key: z.string(), partition: z.string().nullable(), events }).openapi("ReplayedRun");
const ComparedRun = ReplayedRun.extend({ run: z.string(), status: z.string(), endedAt: instant.nullable() }).openapi("ComparedRun");

/** What `headgate replay --json` prints. */
export const ReplayReport = z
  .object({
    ...{ dag: z.string(), since: instant, until: instant },
    events: z.int().openapi({ description: "That were played, with those that were pending when it began." }),
    ...{ runsThen: z.int(), runsNow: z.int(), same: z.int() },
    ...{ onlyThen: z.array(ComparedRun).readonly(), onlyNow: z.array(ReplayedRun).readonly() },
    otherEvents: z
      .array(z.object({ was: ComparedRun, now: ReplayedRun, without: events, also: events }))
      .readonly()
      .openapi({ description: "Runs that would share some of their events." }),
    moved: z
      .array(z.object({ was: ComparedRun, now: ReplayedRun }))
      .readonly()
      .openapi({ description: "Runs of the same events at another time." }),
    unknown: z.array(z.string()).readonly().openapi({ description: "What the store does not tell." }),
  })
  .openapi("ReplayReport");
